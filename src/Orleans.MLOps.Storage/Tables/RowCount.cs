namespace Orleans.MLOps.Storage.Tables;

/// <summary>How many rows a required statement must touch: rows changed, or rows returned by a SELECT.</summary>
public readonly record struct RowCount
{
    private RowCount(int least, int most)
    {
        Least = least;
        Most = most;
    }

    /// <summary>The smallest count allowed.</summary>
    public int Least { get; }

    /// <summary>The largest count allowed.</summary>
    public int Most { get; }

    /// <summary>No row.</summary>
    public static RowCount None => Exactly(0);

    /// <summary>One row.</summary>
    public static RowCount One => Exactly(1);

    /// <summary>Exactly <paramref name="rows"/> rows.</summary>
    public static RowCount Exactly(int rows) => new(rows, rows);

    /// <summary><paramref name="rows"/> rows or more.</summary>
    public static RowCount AtLeast(int rows) => new(rows, int.MaxValue);

    /// <summary>Whether <paramref name="rows"/> satisfies the rule.</summary>
    public bool Allows(int rows) => rows >= Least && rows <= Most;
}
