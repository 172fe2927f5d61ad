using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Serving.Scoring.Rows;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>Fixes what a command leaves open, and refuses what could not be scored before anything is written.</summary>
internal sealed class ScoringAdmission(IGrainFactory grains, ModelCache models)
{
    private const int LongestOperationId = 200;

    public async Task<AdmittedScoring> AdmitAsync(ScoreDataset command, ScoringJobKey key, CancellationToken cancellationToken)
    {
        Check(command, key);
        var (model, version) = await FindModelAsync(command, cancellationToken);
        var source = await grains.GetGrain<IDatasetGrain>(new DatasetKey(command.Project, command.Dataset).ToString()).GetVersion(command.DatasetDigest, cancellationToken);
        using var lease = await models.LeaseAsync(new ModelVersionKey(command.Project, model, version));
        var scorer = RowScorer.Create(lease.Model, source.Columns, command);
        var positions = source.RowCount + source.QuarantinedRows;
        var rows = ScoringPlan.PartitionRows(command, positions, scorer.Inputs.Length);
        return new(
            command with { DatasetDigest = source.Digest, Model = model, Version = version, PartitionRows = rows },
            lease.Model.Version.Digest,
            source.RowCount,
            positions);
    }

    private async Task<(string Model, int Version)> FindModelAsync(ScoreDataset command, CancellationToken cancellationToken)
    {
        if (command.Endpoint is not { } name)
        {
            return (command.Model!, command.Version!.Value);
        }

        var endpoint = await grains.GetGrain<IEndpointGrain>(new EndpointKey(command.Project, name).ToString()).Get(cancellationToken);
        if (endpoint.UnloadedAt is { } unloaded)
        {
            throw new FailedPreconditionException($"Endpoint '{name}' was unloaded at {unloaded:u}; load it, or name the model and version to score with.", "endpoint");
        }

        return (endpoint.Model, endpoint.Variants.MaxBy(variant => variant.Weight)!.Version);
    }

    private static void Check(ScoreDataset command, ScoringJobKey key)
    {
        EndpointDecisions.RequireOperationId(command.OperationId);
        if (command.OperationId.Length > LongestOperationId)
        {
            throw new InvalidInputException($"The operation id has {command.OperationId.Length} characters; at most {LongestOperationId} are allowed.", "operation_id");
        }

        if (new ScoringJobKey(command.Project, command.Name) != key)
        {
            throw new InvalidInputException($"The command is for scoring job '{command.Name}' of project '{command.Project}', but was sent to '{key}'.", "name");
        }

        if (command.Endpoint is null ? command.Model is null || command.Version is null : command.Model is not null || command.Version is not null)
        {
            throw new InvalidInputException(
                $"model is '{command.Model}', version {command.Version?.ToString() ?? "none"} and endpoint '{command.Endpoint}'; either model and version or an endpoint are needed.", "model");
        }

        _ = new DatasetKey(command.Project, command.Target).ToString();
        if (command.Target == command.Dataset)
        {
            throw new InvalidInputException($"target is '{command.Target}', the scored dataset itself; its versions would be scores of scores. Name another dataset.", "target");
        }
    }
}
