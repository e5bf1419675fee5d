using ImcBot.Lab;
using ImcBot.Lab.Drills;

namespace ImcBot.EndToEnd.Tests.Drills;

public sealed class Answers_are_read_from_a_word_or_a_file
{
    [Theory]
    [InlineData("approve", "approve", false)]
    [InlineData("deny", "deny-next", true)]
    public void One_word_answers_everything(string word, string verb, bool onlyDenies)
    {
        var answers = AnswerSheet.Read(word);
        Assert.Equal([verb, verb, verb], [answers.Next(), answers.Next(), answers.Next()]);
        Assert.Equal(onlyDenies, answers.OnlyDenies);
    }

    [Fact]
    public void A_file_answers_line_by_line_and_the_last_line_goes_on()
    {
        var file = Written("# first night\ndeny\n\napprove # the rest\n");
        var answers = AnswerSheet.Read(file);
        Assert.Equal(["deny-next", "approve", "approve"], [answers.Next(), answers.Next(), answers.Next()]);
        Assert.False(answers.OnlyDenies);
    }

    [Theory]
    [InlineData("approve\nperhaps\n", "(2): 'perhaps' is no answer")]
    [InlineData("# nothing\n", "holds no answer")]
    public void A_wrong_file_is_told_with_its_line(string content, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<LabException>(() => AnswerSheet.Read(Written(content))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_told() =>
        Assert.Contains(
            "give approve, deny, or a file",
            Assert.Throws<LabException>(() => AnswerSheet.Read("no such file")).Message,
            StringComparison.Ordinal
        );

    private static string Written(string content)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("imcbot-answers").FullName, "answers");
        File.WriteAllText(file, content);
        return file;
    }
}
