namespace Orleans.MLOps.Serving;

/// <summary>What a model gave for the tensors of one request.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.infer-reply")]
public sealed record InferReply
{
    /// <summary>The version that answered.</summary>
    [Id(0)]
    public int Version { get; init; }

    /// <summary>The variant that answered; empty where a repeat is answered by one that the endpoint no longer has.</summary>
    [Id(1)]
    public string Variant { get; init; } = "";

    /// <summary>The outputs, in the order asked for, or of the model.</summary>
    [Id(2)]
    public Tensor[] Outputs { get; init; } = [];

    /// <summary>Where the time went, in this silo.</summary>
    [Id(3)]
    public InferTimes Times { get; init; } = new();
}
