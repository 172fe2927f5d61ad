namespace Orleans.MLOps.Storage.Tables;

/// <summary>The outcome of a write that was executed without an error.</summary>
public sealed class TableWriteResult
{
    internal TableWriteResult(string? failedRequirement, IReadOnlyList<int> affectedRows, IReadOnlyList<object?> returned)
    {
        FailedRequirement = failedRequirement;
        AffectedRows = affectedRows;
        Returned = returned;
    }

    /// <summary>Whether the write was committed; false when a requirement did not hold and nothing was changed.</summary>
    public bool Applied => FailedRequirement is null;

    /// <summary>The name of the first requirement that did not hold, or null.</summary>
    public string? FailedRequirement { get; }

    /// <summary>Rows changed (or returned, for a SELECT) by each statement; empty when not <see cref="Applied"/>.</summary>
    public IReadOnlyList<int> AffectedRows { get; }

    /// <summary>The first column of the first row that each statement returned (RETURNING or SELECT), null without one; empty when not <see cref="Applied"/>.</summary>
    public IReadOnlyList<object?> Returned { get; }
}
