using System.Numerics;

namespace Orleans.MLOps.Statistics.Sketches;

/// <summary>
/// The number of distinct values of a stream: HyperLogLog (Flajolet et al. 2007) with 4096 registers over a 64-bit hash and the
/// improved estimator of Ertl (arXiv 1702.01284), which needs no correction tables. Relative standard error 1.6 percent, 4 kB.
/// Merging is exact. Adding allocates nothing. Not thread-safe.
/// </summary>
public sealed class DistinctSketch
{
    private const int Bits = 12;
    private const int Registers = 1 << Bits;
    private const int LargestRank = 64 - Bits + 1;

    private readonly byte[] _registers = new byte[Registers];

    /// <summary>Adds a text, all of it.</summary>
    public void Add(ReadOnlySpan<char> value) => AddHash(StableHash.Of(value));

    /// <summary>Adds a number; both zeros are one value, NaN is left out.</summary>
    public void Add(double value)
    {
        if (!double.IsNaN(value))
            AddHash(StableHash.Of(value));
    }

    /// <summary>The estimated number of distinct values; 0 while empty.</summary>
    public double Estimate()
    {
        Span<int> histogram = stackalloc int[LargestRank + 1];
        histogram.Clear();
        foreach (var rank in _registers)
            histogram[rank]++;
        var z = Registers * Tau(1 - (double)histogram[LargestRank] / Registers);
        for (var rank = LargestRank - 1; rank >= 1; rank--)
            z = 0.5 * (z + histogram[rank]);
        z += Registers * Sigma((double)histogram[0] / Registers);
        return Registers / (2 * Math.Log(2)) * Registers / z;
    }

    /// <summary>Adds what <paramref name="other"/> has seen; it stays as it is.</summary>
    public void MergeFrom(DistinctSketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var i = 0; i < Registers; i++)
            _registers[i] = Math.Max(_registers[i], other._registers[i]);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => Array.Clear(_registers);

    /// <summary>Writes the state: the registers in use when they are few, otherwise all.</summary>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.DistinctSketch);
        var used = _registers.Count(static rank => rank > 0);
        StateFormat.WriteCount(writer, used);
        if (used > Registers / 3)
        {
            writer.Write(_registers);
            return;
        }
        for (var i = 0; i < Registers; i++)
        {
            if (_registers[i] == 0)
                continue;
            writer.Write((ushort)i);
            writer.Write(_registers[i]);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, or an impossible value.</exception>
    public static DistinctSketch Read(BinaryReader reader)
    {
        StateFormat.ReadHeader(reader, StateKind.DistinctSketch);
        var used = StateFormat.ReadInt(reader, "Registers in use", 0, Registers);
        var sketch = new DistinctSketch();
        var dense = used > Registers / 3;
        for (var i = 0; i < (dense ? Registers : used); i++)
        {
            var index = dense ? i : reader.ReadUInt16();
            StateFormat.Require(index < Registers, "Register", index, $"below {Registers}");
            var rank = reader.ReadByte();
            StateFormat.Require(rank <= LargestRank, "Register rank", rank, $"at most {LargestRank}");
            sketch._registers[index] = rank;
        }
        var found = sketch._registers.Count(static rank => rank > 0);
        StateFormat.Require(found == used, "Registers in use", found, $"{used}");
        return sketch;
    }

    private void AddHash(ulong hash)
    {
        var index = (int)(hash >> (64 - Bits));
        var rank = (byte)Math.Min(BitOperations.LeadingZeroCount(hash << Bits) + 1, LargestRank);
        if (rank > _registers[index])
            _registers[index] = rank;
    }

    private static double Sigma(double x)
    {
        if (x == 1)
            return double.PositiveInfinity;
        double weight = 1, sum = x, previous;
        do
        {
            x *= x;
            previous = sum;
            sum += x * weight;
            weight += weight;
        }
        while (sum != previous);
        return sum;
    }

    private static double Tau(double x)
    {
        if (x is 0 or 1)
            return 0;
        double weight = 1, sum = 1 - x, previous;
        do
        {
            x = Math.Sqrt(x);
            previous = sum;
            weight *= 0.5;
            sum -= (1 - x) * (1 - x) * weight;
        }
        while (sum != previous);
        return sum / 3;
    }
}
