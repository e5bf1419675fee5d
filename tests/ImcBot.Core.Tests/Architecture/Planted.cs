namespace ImcBot.Core.Tests.Architecture.Planted
{
    /// <summary>Names the root of the planted violations.</summary>
    internal static class Planting;
}

namespace ImcBot.Core.Tests.Architecture.Planted.High
{
    internal static class Above
    {
        public const int Most = 3;

        public static int Count() => Most;
    }
}

namespace ImcBot.Core.Tests.Architecture.Planted.Low
{
    internal static class Awaits
    {
        public static async Task<int> CountAsync()
        {
            await Task.Yield();
            return High.Above.Count();
        }
    }

    internal static class InLambda
    {
        public static Func<int> Counting(int more) => () => High.Above.Count() + more;
    }

    internal static class Innocent
    {
        public static int Count() => 4;
    }
}
