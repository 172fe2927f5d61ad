namespace Orleans.MLOps.Statistics;

/// <summary>
/// A 64-bit hash that is the same on every machine and in every release: stored sketches depend on it.
/// Each block of up to eight bytes is folded in by a 64 x 64 -> 128 bit multiplication whose halves are xored.
/// </summary>
internal static class StableHash
{
    private const ulong Seed = 0x9E3779B97F4A7C15;
    private const ulong Factor = 0xD6E8FEB86659FD93;

    public static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = Seed ^ ((ulong)text.Length * Factor);
        while (text.Length >= 4)
        {
            hash = Fold(hash ^ Block(text), Factor);
            text = text[4..];
        }
        ulong tail = 0;
        foreach (var unit in text)
            tail = (tail << 16) | unit;
        return Mix(Fold(hash ^ tail, Factor));
    }

    /// <summary>Positive and negative zero are one value.</summary>
    public static ulong Of(double value) => Mix(BitConverter.DoubleToUInt64Bits(value == 0 ? 0.0 : value) ^ Seed);

    /// <summary>The finaliser of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static ulong Block(ReadOnlySpan<char> text) => text[0] | ((ulong)text[1] << 16) | ((ulong)text[2] << 32) | ((ulong)text[3] << 48);

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
