namespace ImcBot.Lab.Postfix;

/// <summary>The two scripts that stand for a service manager: what the relay calls, and what keeps the filter running.</summary>
internal static class PostfixScripts
{
    public static void Write(PostfixFolder folder)
    {
        ShellScript.Write(folder.Caller, Caller(folder));
        ShellScript.Write(folder.Keeper, Keeper(folder));
    }

    /// <summary>An own folder is told from others by where its master stands: the queue's folder.</summary>
    private static string Caller(PostfixFolder folder) =>
        $$"""
            #!/bin/sh
            # Stands for a service manager. What the relay asks is written down here before it is done: the practice server's own record is
            # made of it.
            set -e
            note() { echo "$(date +%s%6N) $1 $2" >> {{Quoted(folder.Calls)}}; }
            lives() {
                pid=$(tr -d ' ' < {{Quoted(folder.PidFile)}} 2>/dev/null) || return 1
                [ -n "$pid" ] && [ "$(readlink "/proc/$pid/cwd")" = {{Quoted(folder.Queue)}} ]
            }
            jail() {
                mkdir -p {{Quoted(folder.Queue + "/etc")}}
                {{string.Join("\n    ", folder.Jailed.Select(file => $"cp {Quoted(file.From)} {Quoted(file.To)}"))}}
            }
            filter() {
                [ -e {{Quoted(folder.FilterPid)}} ] && kill -0 "$(cat {{Quoted(folder.FilterPid)}})" 2>/dev/null
            }
            case "$1" in
            status)
                if lives; then exit 0; elif [ -e {{Quoted(folder.WasStopped)}} ]; then exit 3; else exit 1; fi ;;
            start)
                note start {{folder.Service}}
                jail
                rm -f {{Quoted(folder.WasStopped)}}
                exec {{PostfixPackage.Postfix}} -c {{Quoted(folder.Settings)}} start ;;
            stop)
                note stop {{folder.Service}}
                touch {{Quoted(folder.WasStopped)}}
                lives || exit 0
                kill -TERM "$pid"
                while lives; do sleep 0.1; done ;;
            reload)
                note reload {{folder.Service}}
                exec {{PostfixPackage.Postfix}} -c {{Quoted(folder.Settings)}} reload ;;
            start-filter)
                note start {{folder.Filter}}
                filter && exit 0
                setsid {{Quoted(folder.Keeper)}} </dev/null >>{{Quoted(folder.State + "/filter.log")}} 2>&1 &
                until bash -c 'exec 3<>/dev/tcp/127.0.0.1/{{folder.Ports.Filter}}' 2>/dev/null; do sleep 0.1; done ;;
            stop-filter)
                note stop {{folder.Filter}}
                filter || exit 0
                kill -TERM "$(cat {{Quoted(folder.FilterPid)}})"
                while filter; do sleep 0.1; done ;;
            *) echo "use: $0 status|start|stop|reload|start-filter|stop-filter" >&2; exit 2 ;;
            esac

            """;

    private static string Keeper(PostfixFolder folder) =>
        $$"""
            #!/bin/sh
            # Starts the mail filter, and again a second after it has died. One that does not end when it is asked to is ended.
            end() {
                kill -TERM "$child" 2>/dev/null
                for look in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
                    kill -0 "$child" 2>/dev/null || break
                    sleep 0.1
                done
                kill -KILL "$child" 2>/dev/null
                wait "$child" 2>/dev/null
                rm -f {{Quoted(folder.FilterPid)}}
                exit 0
            }
            trap end TERM INT
            while :; do
                {{Quoted(Programs.Dotnet)}} {{Quoted(Program)}} mail-filter --port {{folder.Ports.Filter}} --next {{folder.Ports.Back}} &
                child=$!
                echo $$ > {{Quoted(folder.FilterPid)}}
                code=0
                wait "$child" || code=$?
                echo "$(date +%s%6N) $code" >> {{Quoted(folder.FilterEnds)}}
                sleep 1 &
                child=$!
                wait "$child"
            done

            """;

    private static string Program => typeof(PostfixScripts).Assembly.Location;

    private static string Quoted(string text) => ShellScript.Quoted(text);
}
