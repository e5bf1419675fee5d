using System.Collections.Concurrent;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace ImcBot.EndToEnd.Tests.Walks;

/// <summary>
/// Programs that write the file of each method they enter, at most ten times a second for each file. What they write is read here.
/// </summary>
internal sealed class CallTrace
{
    private const string Mark = "~entered ";

    /// <summary>What one line of the trace tells the time in: tenths of a second since the year 1.</summary>
    private const int TicksOfLine = 1_000_000;

    private readonly List<(DateTimeOffset At, string File)> _entered;

    private CallTrace(List<(DateTimeOffset At, string File)> entered) => _entered = entered;

    /// <summary>Rewrites a built program; its symbols must lie beside it.</summary>
    public static void Prepare(string program)
    {
        using var module = ModuleDefinition.ReadModule(program, new ReaderParameters { ReadSymbols = true, InMemory = true });
        var enter = Enter(module);
        foreach (
            var method in module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody && method != enter).ToList()
        )
        {
            if (method.DebugInformation.SequencePoints is [var first, ..] && FileOf(first.Document.Url) is { } file)
            {
                var body = method.Body.GetILProcessor();
                body.InsertBefore(method.Body.Instructions[0], body.Create(OpCodes.Ldstr, file));
                body.InsertAfter(method.Body.Instructions[0], body.Create(OpCodes.Call, enter));
            }
        }

        module.Write(program);
    }

    /// <param name="logs">What the programs wrote, with everything else they say.</param>
    public static CallTrace Read(IEnumerable<string> logs) =>
        new([
            .. logs.SelectMany(File.ReadLines)
                .Where(line => line.StartsWith(Mark, StringComparison.Ordinal))
                .Select(line => line[Mark.Length..].Split('@'))
                .Select(parts => (new DateTimeOffset(long.Parse(parts[1]) * TicksOfLine, TimeSpan.Zero), parts[0])),
        ]);

    /// <summary>The files that were entered at such moments.</summary>
    public IEnumerable<string> Entered(Predicate<DateTimeOffset> at) =>
        _entered.Where(entered => at(entered.At)).Select(entered => entered.File).Distinct(StringComparer.Ordinal);

    /// <summary>A file of src by its path in the repository; null for what was generated.</summary>
    private static string? FileOf(string document)
    {
        var path = document.Replace('\\', '/');
        return path.LastIndexOf("/src/", StringComparison.Ordinal) is var at and >= 0 && !path.Contains("/obj/", StringComparison.Ordinal)
            ? path[(at + 1)..]
            : null;
    }

    /// <summary>
    /// Adds <c>static void Enter(string file)</c> to a program: <c>var line = file + "@" + DateTime.UtcNow.Ticks / 1000000; if
    /// (Seen.TryAdd(line, line)) Console.Error.WriteLine(Mark + line);</c>
    /// </summary>
    private static MethodDefinition Enter(ModuleDefinition module)
    {
        var seen = typeof(ConcurrentDictionary<string, string>);
        var type = new TypeDefinition(
            "",
            "<CallTrace>",
            TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.NotPublic,
            module.TypeSystem.Object
        );
        var field = new FieldDefinition("Seen", FieldAttributes.Static | FieldAttributes.InitOnly, module.ImportReference(seen));
        type.Fields.Add(field);
        var open = Method(
            ".cctor",
            MethodAttributes.Static | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName | MethodAttributes.HideBySig
        );
        Write(open, (OpCodes.Newobj, seen.GetConstructor([])), (OpCodes.Stsfld, field), (OpCodes.Ret, null));

        var enter = Method("Enter", MethodAttributes.Static | MethodAttributes.Assembly);
        enter.Parameters.Add(new ParameterDefinition(module.TypeSystem.String));
        var (now, line) = (
            new VariableDefinition(module.ImportReference(typeof(DateTime))),
            new VariableDefinition(module.TypeSystem.String)
        );
        enter.Body.Variables.Add(now);
        enter.Body.Variables.Add(line);
        var end = Instruction.Create(OpCodes.Ret);
        Write(
            enter,
            (OpCodes.Call, typeof(DateTime).GetProperty("UtcNow")!.GetMethod),
            (OpCodes.Stloc, now),
            (OpCodes.Ldarg_0, null),
            (OpCodes.Ldstr, "@"),
            (OpCodes.Ldloca, now),
            (OpCodes.Call, typeof(DateTime).GetProperty(nameof(DateTime.Ticks))!.GetMethod),
            (OpCodes.Ldc_I4, TicksOfLine),
            (OpCodes.Conv_I8, null),
            (OpCodes.Div, null),
            (OpCodes.Box, typeof(long)),
            (OpCodes.Call, typeof(string).GetMethod(nameof(string.Concat), [typeof(object), typeof(object), typeof(object)])),
            (OpCodes.Stloc, line),
            (OpCodes.Ldsfld, field),
            (OpCodes.Ldloc, line),
            (OpCodes.Ldloc, line),
            (OpCodes.Callvirt, seen.GetMethod("TryAdd")),
            (OpCodes.Brfalse, end),
            (OpCodes.Call, typeof(Console).GetProperty(nameof(Console.Error))!.GetMethod),
            (OpCodes.Ldstr, Mark),
            (OpCodes.Ldloc, line),
            (OpCodes.Call, typeof(string).GetMethod(nameof(string.Concat), [typeof(string), typeof(string)])),
            (OpCodes.Callvirt, typeof(TextWriter).GetMethod(nameof(TextWriter.WriteLine), [typeof(string)]))
        );
        enter.Body.Instructions.Add(end);
        module.Types.Add(type);
        return enter;

        MethodDefinition Method(string name, MethodAttributes attributes)
        {
            var method = new MethodDefinition(name, attributes, module.TypeSystem.Void);
            type.Methods.Add(method);
            return method;
        }

        void Write(MethodDefinition method, params (OpCode Code, object? Operand)[] instructions)
        {
            var body = method.Body.GetILProcessor();
            foreach (var (code, operand) in instructions)
            {
                body.Append(
                    operand switch
                    {
                        null => body.Create(code),
                        int number => body.Create(code, number),
                        string text => body.Create(code, text),
                        VariableDefinition variable => body.Create(code, variable),
                        FieldDefinition own => body.Create(code, own),
                        Instruction target => body.Create(code, target),
                        Type known => body.Create(code, module.ImportReference(known)),
                        System.Reflection.MethodBase called => body.Create(code, module.ImportReference(called)),
                        _ => throw new ArgumentException($"{operand} is no operand.", nameof(instructions)),
                    }
                );
            }
        }
    }
}
