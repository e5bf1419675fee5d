using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Server.Store;

/// <summary>Events of the information store (domain reference section 5).</summary>
internal static class StoreEvents
{
    public static EventReport Started(string build) =>
        new(
            Places.Store,
            "General",
            EventType.Information,
            1000,
            $"The Microsoft Exchange Information Store has started. Build {build}.",
            [build]
        );

    public static EventReport LogDiskFull(string drive) =>
        new(
            Places.Store,
            "General",
            EventType.Error,
            1113,
            $"The log disk {drive} is full (error -529). The Microsoft Exchange Information Store is ending.",
            [drive, "-529"]
        );

    public static EventReport NotEnoughMemory(string name) =>
        new(
            Places.Store,
            "Content Engine",
            EventType.Error,
            12800,
            $"Message processing failed because there is not enough memory (8007000E-F20000FF). Archive filename: {name}.",
            ["8007000E-F20000FF", name]
        );
}
