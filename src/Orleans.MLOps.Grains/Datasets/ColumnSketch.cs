using Orleans.MLOps.Datasets;
using Orleans.MLOps.Statistics.Sketches;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>
/// A column's mergeable profile. A quantile's error is relative to its distance from zero, which says nothing about instants counted
/// from 1970, so time columns also keep a sketch of the seconds since their own earliest instant (<paramref name="origin"/>).
/// </summary>
internal sealed class ColumnSketch(string name, ColumnType type, ColumnProfile profile, double origin, QuantileSketch? offsets)
{
    private const int TopValues = 20;

    private static readonly double[] Levels = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

    public ColumnSketch(string name, ColumnType type, double origin)
        : this(name, type, new ColumnProfile(type == ColumnType.Text ? ColumnKind.Text : ColumnKind.Numeric), origin, IsTime(type) ? new QuantileSketch() : null)
    {
    }

    public string Name { get; } = name;

    public ColumnType Type { get; } = type;

    public ColumnProfile Profile { get; } = profile;

    public static bool IsTime(ColumnType type) => type is ColumnType.Timestamp or ColumnType.Date;

    public void Add(double value)
    {
        Profile.Add(value);
        offsets?.Add(value - origin);
    }

    public ColumnStatistics Describe() => new()
    {
        Name = Name,
        Type = Type,
        Count = Profile.Count,
        Nulls = Profile.NullCount,
        NotANumber = Profile.NaNCount,
        Infinite = Profile.PositiveInfinityCount + Profile.NegativeInfinityCount,
        Minimum = Finite(Profile.Min),
        Maximum = Finite(Profile.Max),
        Mean = Finite(Profile.Mean),
        StandardDeviation = Finite(Profile.StandardDeviation),
        DistinctEstimate = Profile.DistinctEstimate(),
        Quantiles = Quantiles(),
        TopValues = [.. Profile.Frequencies?.Top(TopValues).Select(pair => new ValueCount { Value = pair.Key, Count = pair.Value }) ?? []],
    };

    public void Write(BinaryWriter writer)
    {
        writer.Write(Name);
        writer.Write((byte)Type);
        Profile.Write(writer);
        if (offsets is not null)
        {
            writer.Write(origin);
            offsets.Write(writer);
        }
    }

    /// <exception cref="InvalidDataException">The bytes are no column's.</exception>
    public static ColumnSketch Read(BinaryReader reader)
    {
        var name = reader.ReadString();
        var type = (ColumnType)reader.ReadByte();
        if (!Enum.IsDefined(type))
        {
            throw new InvalidDataException($"Column '{name}' has the unknown type {(int)type}.");
        }

        var profile = ColumnProfile.Read(reader);
        return IsTime(type)
            ? new ColumnSketch(name, type, profile, reader.ReadDouble(), QuantileSketch.Read(reader))
            : new ColumnSketch(name, type, profile, 0, null);
    }

    private double[] Quantiles()
    {
        if (Profile.Quantiles is not { Count: > 0 } numbers)
        {
            return [];
        }

        return offsets is null
            ? [.. Levels.Select(numbers.Quantile)]
            : [.. Levels.Select(level => Math.Clamp(origin + offsets.Quantile(level), Profile.Min, Profile.Max))];
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
