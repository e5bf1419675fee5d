namespace ImcBot.Lab.Server.Host;

/// <summary>Events that NT writes about processes that end by themselves.</summary>
internal static class SystemEvents
{
    public static EventReport DrWatson(string service)
    {
        var image =
            service == Places.Store ? "store"
            : service == Places.Imc ? "msexcimc"
            : "mcshield";
        return new(
            "DrWatson",
            "None",
            EventType.Information,
            4097,
            $@"The application, exe\{image}.dbg, generated an application error. The exception generated was c0000005.",
            [$@"exe\{image}.dbg", "c0000005"]
        );
    }

    public static EventReport ServiceSpecific(string service, long code) =>
        new(
            "Service Control Manager",
            "None",
            EventType.Error,
            7024,
            $"The {service} service terminated with service-specific error {code}.",
            [service, $"{code}"],
            Log: EventLog.System
        );

    public static EventReport Terminated(string service) =>
        new(
            "Service Control Manager",
            "None",
            EventType.Error,
            7031,
            $"The {service} service terminated unexpectedly.",
            [service],
            Log: EventLog.System
        );
}
