using System.Globalization;

namespace Orleans.MLOps;

/// <summary>Key of one shard of a training job: <c>job/32 hex digits/shard/rank</c>.</summary>
public readonly record struct ShardKey(string JobId, int Rank)
{
    /// <summary>Reads a key.</summary>
    /// <exception cref="InvalidInputException">The text is not such a key.</exception>
    public static ShardKey Parse(string key)
    {
        var parts = KeyText.Split(key, "job", 4);
        return parts[2] == "shard" && int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var rank)
            ? new(KeyText.Hex32(parts[1], "job id"), rank)
            : throw new InvalidInputException($"'{key}' is not a shard key: 'shard' and a rank must follow the job id.", "key");
    }

    /// <summary>The key as grains carry it.</summary>
    /// <exception cref="InvalidInputException">The job id is not 32 lower-case hex digits, or the rank is negative.</exception>
    public override string ToString() => Rank >= 0
        ? $"{new JobKey(JobId)}/shard/{Rank}"
        : throw new InvalidInputException($"shard {Rank} is not a shard: ranks count from 0.", "rank");
}
