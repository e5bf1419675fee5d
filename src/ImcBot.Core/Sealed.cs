namespace ImcBot.Core;

/// <summary>
/// Text that may have to be forgotten (names, notes, reasons, subjects). In the journal's chain only its salted commitment stands;
/// once redacted the value reads as null.
/// </summary>
internal readonly record struct Sealed(string? Value)
{
    public override string ToString() => Value ?? "[removed]";

    public static implicit operator Sealed(string value) => new(value);
}
