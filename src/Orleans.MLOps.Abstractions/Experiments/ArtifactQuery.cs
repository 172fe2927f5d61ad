namespace Orleans.MLOps.Experiments;

/// <summary>Asks for the files of a run or logged model, page by page.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.artifact-query")]
public sealed record ArtifactQuery
{
    /// <summary>The id of the run or logged model.</summary>
    [Id(0)]
    public required string Owner { get; init; }

    /// <summary>Only what is in this folder; default "", the root.</summary>
    [Id(1)]
    public string Folder { get; init; } = "";

    /// <summary>All files below the folder instead of the files and folders directly in it; default false.</summary>
    [Id(2)]
    public bool Recursive { get; init; }

    /// <summary>At most this many files and folders, 1 to 10000; default 1000. A page of about 3 MB ends earlier, with a token.</summary>
    [Id(3)]
    public int Limit { get; init; } = 1000;

    /// <summary>Continues a listing, also while files are added.</summary>
    [Id(4)]
    public string? PageToken { get; init; }
}
