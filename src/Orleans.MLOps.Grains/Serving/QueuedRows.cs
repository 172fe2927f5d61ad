using Orleans.MLOps.Grains.Serving.Tensors;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>Rows for a network of the platform, encoded.</summary>
/// <param name="Numbers">Row-major numbers.</param>
/// <param name="Indices">Row-major category indices.</param>
/// <param name="Rows">How many.</param>
/// <param name="Priority">Lower ones go first.</param>
/// <param name="ArrivedAt">Timestamp of their arrival.</param>
internal sealed record QueuedRows(float[] Numbers, long[] Indices, int Rows, int Priority, long ArrivedAt)
    : QueuedRequest<ScoredRows>(Rows, Priority, ArrivedAt)
{
    public float[] Numbers { get; private set; } = Numbers;

    public long[] Indices { get; private set; } = Indices;

    /// <summary>What the network computed for them.</summary>
    public float[] Probabilities { get; private set; } = new float[Rows];

    public override long Bytes => ((long)Numbers.Length * sizeof(float)) + ((long)Indices.Length * sizeof(long));

    public override bool GoesWith(QueuedRequest other) => true;

    public override void Release() => (Numbers, Indices, Probabilities) = ([], [], []);

    protected override ScoredRows Result(EngineTimes times) => new(Probabilities, times);
}
