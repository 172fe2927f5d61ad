using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>Which splits are allowed, and to which side a row goes; pure.</summary>
internal static class SplitRules
{
    private const int LongestName = 200;
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    /// <exception cref="InvalidInputException">The rule is none for these columns.</exception>
    public static void Require(CreateSplit command, IReadOnlyList<ColumnSchema> columns)
    {
        var (name, spec) = (command.Name, command.Spec);
        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name.Any(char.IsControl))
        {
            throw new InvalidInputException($"split name '{name}' is not allowed: 1 to {LongestName} characters without control characters.", "name");
        }

        if (!(spec.TrainFraction is > 0 and < 1))
        {
            throw new InvalidInputException($"Split '{name}': train fraction {spec.TrainFraction} is not allowed; above 0 and below 1.", "train_fraction");
        }

        switch (spec.Kind)
        {
            case SplitKind.Random when spec.TimeColumn is not null:
                throw new InvalidInputException($"Split '{name}' is Random and names the time column '{spec.TimeColumn}'; only a Time split has one.", "time_column");
            case SplitKind.Time:
                RequireTime(name, spec.TimeColumn, columns);
                break;
            case SplitKind.Random:
                break;
            default:
                throw new InvalidInputException($"Split '{name}' has the unknown kind {(int)spec.Kind}; allowed: {string.Join(", ", Enum.GetNames<SplitKind>())}.", "kind");
        }
    }

    /// <exception cref="AlreadyExistsException">The split has another rule.</exception>
    public static void RequireSame(SplitInfo existing, CreateSplit command)
    {
        if (existing.Spec != command.Spec)
        {
            throw new AlreadyExistsException($"Split '{existing.Name}' exists with the rule {existing.Spec}; given: {command.Spec}.", "spec");
        }
    }

    /// <summary>
    /// Whether a row of a random split trains: a hash of seed and ordinal (the finaliser of SplitMix64, Steele, Lea, Flood 2014, twice), as a
    /// number in [0, 1), is below the share. It depends on nothing else, so it is the same on every machine and for ever.
    /// </summary>
    public static bool IsTrain(long seed, long ordinal, double trainFraction)
    {
        var hash = Mix(Mix((ulong)seed + GoldenGamma) + ((ulong)ordinal + 1) * GoldenGamma);
        return (hash >> 11) * (1.0 / (1UL << 53)) < trainFraction;
    }

    private static void RequireTime(string split, string? time, IReadOnlyList<ColumnSchema> columns)
    {
        var column = columns.FirstOrDefault(column => column.Name == time) ?? throw new InvalidInputException(
            $"Split '{split}': the time column '{time}' does not exist; columns: {string.Join(", ", columns.Select(c => c.Name))}.", "time_column");
        if (!ColumnSketch.IsTime(column.Type))
        {
            throw new InvalidInputException($"Split '{split}': the time column '{time}' has type {column.Type}; allowed: Timestamp, Date.", "time_column");
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
