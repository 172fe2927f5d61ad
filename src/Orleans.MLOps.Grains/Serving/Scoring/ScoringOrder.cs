using Orleans.MLOps.Datasets;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>What one generation of a job works off.</summary>
/// <param name="Key">The job.</param>
/// <param name="Generation">The generation.</param>
/// <param name="Command">The command with dataset version, model version and partition rows filled in.</param>
/// <param name="ModelDigest">The digest of the model version.</param>
/// <param name="Rows">Rows that are scored.</param>
/// <param name="Positions">Ordinals that they stand at.</param>
/// <param name="Parts">What is scored already.</param>
/// <param name="Joined">All rows in one file, when they are joined already.</param>
internal sealed record ScoringOrder(
    ScoringJobKey Key, int Generation, ScoreDataset Command, string? ModelDigest, long Rows, long Positions, ScoringPart?[] Parts, StagedBlob? Joined)
{
    public static ScoringOrder Of(ScoringJobState state) => new(
        new ScoringJobKey(state.Command!.Project, state.Command.Name),
        state.Generation,
        state.Command,
        state.ModelDigest,
        state.Rows,
        state.Positions,
        [.. state.Parts],
        state.Joined);

    public ScoringPartOrder Part(int partition)
    {
        var (from, to) = ScoringPlan.Range(partition, Positions, Command.PartitionRows!.Value);
        return new ScoringPartOrder { Job = Key.ToString(), Generation = Generation, Partition = partition, Command = Command, From = from, To = to };
    }
}
