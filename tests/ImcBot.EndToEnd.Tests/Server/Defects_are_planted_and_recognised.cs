using System.Text;
using ImcBot.Lab.Server.Defects;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;
using ImcBot.Lab.Server.Store;

namespace ImcBot.EndToEnd.Tests.Server;

public sealed class Defects_are_planted_and_recognised
{
    public static TheoryData<string> Ids => [.. DefectTable.All.Select(defect => defect.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void In_any_generated_message_and_as_no_other_defect(string id)
    {
        var defect = DefectTable.ById(id);
        var source = new MailSource(null, 11);
        for (var i = 0; i < 30; i++)
        {
            var planted = defect.Plant(Encoding.Latin1.GetString(source.Next()));
            var found = DefectTable.All.Where(other => other.Recognises(InternetMessage.Parse(Encoding.Latin1.GetBytes(planted))));
            Assert.Equal([id], found.Select(other => other.Id));
        }
    }

    [Fact]
    public void Generated_mail_has_none_of_them()
    {
        var source = new MailSource(null, 3);
        for (var i = 0; i < 300; i++)
        {
            Assert.Null(DefectTable.In(InternetMessage.Parse(source.Next())));
        }
    }

    [Fact]
    public void The_hotfix_turns_its_crash_into_archiving_and_no_other()
    {
        var fixedOne = DefectTable.ById(DefectTable.FixedByHotfix);
        Assert.Equal(DefectEffect.CrashOutOfMemory, fixedOne.EffectIn(Places.OldBuild));
        Assert.Equal(DefectEffect.Archive, fixedOne.EffectIn(Places.HotfixBuild));
        Assert.All(DefectTable.Stopping, defect => Assert.NotEqual(DefectEffect.Archive, defect.EffectIn("5.5.9999.0")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("no header at all")]
    [InlineData("Content-Type: multipart/mixed; boundary=\"a\"\n\n--a\n--a\n--a--\n--a")]
    [InlineData("Content-Type: ;;;=\"\\\n")]
    [InlineData("Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\n")]
    public void Any_bytes_can_be_parsed(string text) => Assert.NotNull(InternetMessage.Parse(Encoding.Latin1.GetBytes(text)).Entities());

    [Fact]
    public void Files_that_cannot_be_good_mail_are_told_in_a_sentence_each()
    {
        var folder = Directory.CreateTempSubdirectory("imcbot-mail-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "empty"), "");
            File.WriteAllText(
                Path.Combine(folder.FullName, "bad.eml"),
                "Subject: x\r\nContent-Type: text/plain; charset=\"\"\r\n\r\nHello\r\n"
            );
            File.WriteAllText(Path.Combine(folder.FullName, "good.eml"), "Subject: x\n\nHello\n");
            var source = new MailSource(folder.FullName, 1);
            Assert.Equal(2, source.Skipped.Count);
            Assert.Contains(source.Skipped, sentence => sentence.Contains("blank-charset", StringComparison.Ordinal));
            Assert.Equal("Subject: x\n\nHello\n", Encoding.Latin1.GetString(source.Next()));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
