namespace Orleans.MLOps.Serving;

/// <summary>
/// Scores every row of a dataset version into one new version of another dataset. What the rows are scored with is fixed when the job starts: a
/// version of a model, or the one that has most of an endpoint's traffic then. Repeating it with the same OperationId finds the job.
/// </summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.score-dataset")]
public sealed record ScoreDataset
{
    /// <summary>The project; default "default".</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The job's name, unique in the project for good.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>The dataset whose rows are scored.</summary>
    [Id(2)]
    public required string Dataset { get; init; }

    /// <summary>The digest of its version. Default: absent, the newest when the job starts.</summary>
    [Id(3)]
    public string? DatasetDigest { get; init; }

    /// <summary>The registered model; needs <see cref="Version"/>. Default: absent, see <see cref="Endpoint"/>.</summary>
    [Id(4)]
    public string? Model { get; init; }

    /// <summary>The model's version.</summary>
    [Id(5)]
    public int? Version { get; init; }

    /// <summary>An endpoint instead of model and version: its variant of most weight, the first of equal ones.</summary>
    [Id(6)]
    public string? Endpoint { get; init; }

    /// <summary>The dataset that gets the version; created when missing, never the scored one itself.</summary>
    [Id(7)]
    public required string Target { get; init; }

    /// <summary>
    /// Rows of one partition, 1 to 1,000,000; at most 1,000 partitions, and 20,000,000 values of the model's inputs in one. Default: absent, 100,000, or
    /// what these bounds make of it.
    /// </summary>
    [Id(8)]
    public int? PartitionRows { get; init; }

    /// <summary>Columns of the scored dataset that the new version has too, in that order, before the outputs. Default: none given, all of them.</summary>
    [Id(9)]
    public string[] Columns { get; init; } = [];

    /// <summary>
    /// The columns that make up the input of a model with one input of shape [-1, k], k names in order. Default: none given, each input is the column of
    /// its name.
    /// </summary>
    [Id(10)]
    public string[] Inputs { get; init; } = [];

    /// <summary>
    /// The model's outputs that are kept, each with the name of its column; a wide output of m values a row becomes m columns, <c>name_0</c> and so on.
    /// Default: none given, all of them under their own names; a network of the platform has the one output <c>probability</c>.
    /// </summary>
    [Id(11)]
    public Dictionary<string, string> Outputs { get; init; } = [];

    /// <summary>Names the command.</summary>
    [Id(12)]
    public required string OperationId { get; init; }
}
