using System.Numerics;

namespace Orleans.MLOps.Learning.Models;

/// <summary>
/// Counter-based random numbers: the n-th draw is SplitMix64's finaliser over key + n * gamma (Steele, Lea and Flood 2014),
/// so a stream depends on its key alone, never on threads or on what other streams drew.
/// </summary>
internal struct SeededStream
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private ulong _state;

    public SeededStream(ulong seed, ulong purpose, ulong a = 0, ulong b = 0, ulong c = 0) =>
        _state = Mix(Mix(Mix(Mix(Mix(seed + Gamma) ^ purpose) + a * Gamma) ^ BitOperations.RotateLeft(b * Gamma, 17)) + c * Gamma);

    public ulong NextUInt64() => Mix(_state += Gamma);

    /// <summary>Uniform in [0, 1) with 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, bound) by Lemire's multiply-and-reject (2019).</summary>
    public int NextInt32(int bound)
    {
        var range = (ulong)bound;
        var high = Math.BigMul(NextUInt64(), range, out var low);
        if (low < range)
        {
            var threshold = (0UL - range) % range;
            while (low < threshold)
                high = Math.BigMul(NextUInt64(), range, out low);
        }

        return (int)high;
    }

    /// <summary>Standard normal by Box and Muller (1958).</summary>
    public double NextNormal()
    {
        var radius = Math.Sqrt(-2.0 * Math.Log(1.0 - NextDouble()));
        return radius * Math.Cos(2.0 * Math.PI * NextDouble());
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
