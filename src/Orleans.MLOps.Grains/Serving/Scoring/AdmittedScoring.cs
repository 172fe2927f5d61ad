using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>A command that can be worked off.</summary>
/// <param name="Command">The command with dataset version, model, version and partition rows filled in.</param>
/// <param name="ModelDigest">The digest of the model version.</param>
/// <param name="Rows">Rows of the dataset version.</param>
/// <param name="Positions">Ordinals of the dataset version: its rows and its quarantined ones.</param>
internal sealed record AdmittedScoring(ScoreDataset Command, string? ModelDigest, long Rows, long Positions);
