namespace Orleans.MLOps.Grains.Training;

/// <summary>The commit that an assembly was built from, and whether files differed from it.</summary>
internal sealed record BuiltSource(string? Commit, bool IsDirty)
{
    private const string Dirty = ".dirty";

    /// <summary>Reads an informational version: <c>1.2.3+commit</c> or <c>1.2.3+commit.dirty</c>; null when it names no commit.</summary>
    public static BuiltSource? Of(string? informationalVersion)
    {
        if (informationalVersion?.Split('+') is not [_, { Length: > 0 } build])
        {
            return null;
        }

        var isDirty = build.EndsWith(Dirty, StringComparison.Ordinal);
        var commit = isDirty ? build[..^Dirty.Length] : build;
        return commit.Length is >= 7 and <= 64 && commit.All(char.IsAsciiHexDigit) ? new(commit, isDirty) : null;
    }
}
