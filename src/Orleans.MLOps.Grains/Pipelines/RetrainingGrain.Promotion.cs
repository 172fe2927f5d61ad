using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>How a winner comes to serve.</summary>
internal sealed partial class RetrainingGrain
{
    private async Task<PipelineRunInfo> PromoteAsync(BeginRetraining command)
    {
        try
        {
            return await PromoteThroughGatesAsync(command);
        }
        catch (FailedPreconditionException refused) when (refused.Field == GateRules.Field)
        {
            return Info with { Status = PipelineRunStatus.Completed, Verdict = Verdict.Refused, Reason = $"{Info.Reason} {refused.Message}" };
        }
    }

    private async Task<PipelineRunInfo> PromoteThroughGatesAsync(BeginRetraining command)
    {
        await PointAsync(command, Challenger, null);
        if (clock.EventNow < Info.PromoteAt)
        {
            return Info;
        }

        var endpointGrain = GrainFactory.GetGrain<IEndpointGrain>(Info.Endpoint);
        var endpoint = await endpointGrain.Get();
        var serving = PipelineRunRules.ServingVersion(endpoint);
        if (serving != command.ChampionVersion && serving != Info.Winner)
        {
            throw new FailedPreconditionException(
                $"Endpoint '{endpoint.Name}' serves version {serving} meanwhile; the winner was judged against version {command.ChampionVersion}.", "endpoint");
        }

        if (endpoint.UnloadedAt is { } unloaded)
        {
            throw new FailedPreconditionException($"Endpoint '{endpoint.Name}' was unloaded at {unloaded:u}; a promotion would load it.", "endpoint");
        }

        await PointAsync(command, EndpointGrain.Champion, command.ChampionVersion);
        await endpointGrain.Deploy(new DeployEndpoint
        {
            Project = endpoint.Project,
            Name = endpoint.Name,
            Model = endpoint.Model,
            Variants = [new VariantSpec { Name = EndpointGrain.Champion, Version = Info.Winner!.Value }],
            FeatureView = endpoint.FeatureView,
            LogPolicy = endpoint.LogPolicy,
            Batching = endpoint.Batching,
            Limits = endpoint.Limits,
            PayloadLog = endpoint.PayloadLog,
            Shadow = endpoint.Shadow?.Version == Info.Winner ? null : endpoint.Shadow,
            ExpectedRevision = endpoint.Revision,
            Reason = Info.Reason,
            OperationId = $"promote/{Key.Id}",
        });
        return Info with
        {
            Status = PipelineRunStatus.Completed,
            WallSecondsToServing = (clock.WallNow - Info.CreatedAt).TotalSeconds,
        };
    }

    /// <summary>Moves an alias to the winner. The challenger moves from wherever it is; the champion only from the version that was judged.</summary>
    private async Task PointAsync(BeginRetraining command, string alias, int? expected)
    {
        var model = GrainFactory.GetGrain<IModelGrain>(new ModelKey(command.Policy.Project, command.Policy.Template.RegisterAs!).ToString());
        var current = (await model.Get()).Aliases.FirstOrDefault(candidate => candidate.Name == alias)?.Version;
        if (current != Info.Winner)
        {
            await model.SetAlias(new SetAlias
            {
                Project = command.Policy.Project,
                Model = command.Policy.Template.RegisterAs!,
                Alias = alias,
                Version = Info.Winner,
                ExpectedVersion = current is null ? null : expected ?? current,
                Reason = Info.Reason,
                RequestedBy = Key.ToString(),
                Evidence = PipelineRunRules.Evidence(Info),
                OperationId = $"{alias}/{Key.Id}",
            });
        }
    }
}
