using Microsoft.Extensions.Options;

namespace ImcBot.Bot;

/// <summary>Says everything that is wrong with a section of the settings at once, each problem as a sentence.</summary>
internal abstract class SectionValidator<T> : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        string[] problems = [.. Problems(options).OfType<string>()];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <returns>The problems; null stands for what is in order.</returns>
    protected abstract IEnumerable<string?> Problems(T options);
}
