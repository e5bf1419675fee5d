using System.Text;
using System.Text.Json.Nodes;

namespace ImcBot.Bot.Tests.Fuzz;

/// <summary>
/// Makes a body out of a sample, the same one for the same number: members changed, removed or doubled, bytes flipped, cut or repeated.
/// </summary>
internal static class Mutator
{
    private static readonly Func<JsonNode?>[] Nasty =
    [
        () => null,
        () => -1,
        () => 1e300,
        () => long.MaxValue,
        () => "",
        () => new string('x', 5000),
        () => new JsonArray(),
        () => new JsonObject(),
        () => true,
        () => "INC-1/1",
        () => "INC-2147483648/99999999999",
        () => "\0\u202e\ufffe",
        () => new JsonArray(null, 1, "a"),
        () => new JsonObject { [""] = null },
        () => "<at>x</at>{{DATE()}}",
        () => "../../etc/passwd",
        () => "https://evil.example.com/",
        () => Deep(),
    ];

    public static byte[] Mutate(string sample, int number)
    {
        var random = new Random(number);
        var text = sample;
        if (random.Next(4) > 0 && JsonNode.Parse(sample) is { } root)
        {
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                Change(root, random);
            }

            text = root.ToJsonString();
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        return random.Next(3) == 0 ? Damage(bytes, random) : bytes;
    }

    private static JsonArray Deep()
    {
        var deep = new JsonArray();
        for (var level = 0; level < 60; level++)
        {
            deep = new JsonArray(deep);
        }

        return deep;
    }

    private static void Change(JsonNode root, Random random)
    {
        var places = Places(root).ToArray();
        if (places.Length == 0)
        {
            return;
        }

        var (parent, name, index) = places[random.Next(places.Length)];
        var nasty = Nasty[random.Next(Nasty.Length)]();
        switch (parent)
        {
            case JsonObject members when random.Next(4) == 0:
                members.Remove(name!);
                break;
            case JsonObject members when random.Next(6) == 0:
                members[name + "x"] = members[name!]?.DeepClone();
                break;
            case JsonObject members:
                members[name!] = nasty;
                break;
            case JsonArray list when random.Next(3) == 0:
                list.Add(list[index]?.DeepClone());
                break;
            case JsonArray list:
                list[index] = nasty;
                break;
        }
    }

    private static IEnumerable<(JsonNode Parent, string? Name, int Index)> Places(JsonNode node) =>
        node switch
        {
            JsonObject members => members.SelectMany(pair => Within(pair.Value).Prepend((members, pair.Key, 0))),
            JsonArray list => list.SelectMany((item, index) => Within(item).Prepend((list, null, index))),
            _ => [],
        };

    private static IEnumerable<(JsonNode Parent, string? Name, int Index)> Within(JsonNode? node) => node is null ? [] : Places(node);

    private static byte[] Damage(byte[] bytes, Random random)
    {
        var damaged = new List<byte>(bytes);
        for (var times = random.Next(1, 6); times > 0 && damaged.Count > 0; times--)
        {
            var at = random.Next(damaged.Count);
            switch (random.Next(5))
            {
                case 0:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    damaged.RemoveRange(at, Math.Min(random.Next(1, 50), damaged.Count - at));
                    break;
                case 2:
                    damaged.Insert(at, (byte)random.Next(256));
                    break;
                case 3:
                    damaged.RemoveRange(at, damaged.Count - at);
                    break;
                default:
                    damaged.InsertRange(at, damaged.GetRange(at, Math.Min(random.Next(1, 200), damaged.Count - at)));
                    break;
            }
        }

        return [.. damaged];
    }
}
