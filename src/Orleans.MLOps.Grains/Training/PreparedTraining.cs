using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>A job's data and plan in memory.</summary>
internal sealed record PreparedTraining
{
    public required FrameData Frame { get; init; }

    public required TrainingRows Rows { get; init; }

    public required TabularEncoder Encoder { get; init; }

    public required TrainingSet Set { get; init; }

    public required TrainingPlan Plan { get; init; }

    /// <summary>Weights of the version that the job starts from; null starts afresh.</summary>
    public ModelWeights? WarmWeights { get; init; }

    public TabularNetworkSpec Network => Plan.Network;

    public long TotalSteps => Plan.TotalSteps(Set.Rows);

    /// <summary>Some rows of the frame as the network reads them.</summary>
    public EncodedRows Encode(int[] rows) => Encode(Encoder, Frame, rows);

    public static EncodedRows Encode(TabularEncoder encoder, FrameData frame, int[] rows) => encoder.EncodeColumns(
        Array.ConvertAll(frame.Numeric, column => Array.ConvertAll(rows, row => column[row])),
        Array.ConvertAll(frame.Categorical, column => Array.ConvertAll(rows, row => (string?)column[row])));
}
