namespace ImcBot.Lab.Server.Host;

/// <summary>
/// A refusal of the practice host: what is wrong in a sentence, with the Win32 code that NT would give (0 where it has none).
/// </summary>
internal sealed class WindowsError(int code, string sentence, int status = StatusCodes.Status409Conflict) : Exception(sentence)
{
    public const int NotFound = 2;
    public const int Denied = 5;
    public const int InUse = 32;
    public const int DiskFull = 112;
    public const int AlreadyExists = 183;
    public const int DependentsRunning = 1051;
    public const int AlreadyRunning = 1056;
    public const int UnknownService = 1060;
    public const int CannotAcceptControl = 1061;
    public const int NotStarted = 1062;
    public const int ServiceSpecific = 1066;
    public const int TerminatedUnexpectedly = 1067;
    public const int DependencyFailed = 1068;
    public const int Changed = 1168;
    public const int InternalError = 2140;

    public int Code { get; } = code;

    public int Status { get; } = status;

    public static WindowsError Missing(string what) =>
        new(NotFound, $"{what} was not found. Check the name.", StatusCodes.Status404NotFound);

    public static WindowsError Bad(string sentence) => new(0, sentence, StatusCodes.Status400BadRequest);
}
