using Orleans.MLOps.Features;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

[PlacedOnRole(SiloRoles.Serving), GrainType("mlops-endpoint")]
internal sealed class EndpointGrain(
    [PersistentState(EndpointGrain.StateName, GrainServices.StateStorage)] IPersistentState<EndpointState> state,
    CatalogTable catalog,
    RouteTable routes,
    ModelCache models,
    EndpointFreshness freshness,
    PlatformClock clock) : Grain, IEndpointGrain
{
    internal const string StateName = "endpoint-state";
    internal const string Catalog = "endpoint";
    internal const string Champion = "champion";

    private const int KeptOperations = 100;

    private EndpointKey Key => EndpointKey.Parse(this.GetPrimaryKeyString());

    public async Task<EndpointInfo> Deploy(DeployEndpoint command, CancellationToken cancellationToken)
    {
        EndpointDecisions.Validate(command);
        await RequireFreshAsync();
        var asked = OperationDigest.Of(command);
        if (IsRepeat(command.OperationId, asked))
        {
            return await FinishAsync();
        }

        var model = GrainFactory.GetGrain<IModelGrain>(new ModelKey(command.Project, command.Model).ToString());
        var versions = await Task.WhenAll(command.Variants.Select(variant => model.GetVersion(variant.Version, cancellationToken)));
        var view = command.FeatureView is null ? null : await ViewAsync(new FeatureViewKey(command.Project, command.FeatureView), versions[0], cancellationToken);
        return await ApplyAsync(EndpointDecisions.Deploy(state.State.Info, command, versions, view?.Version, clock.EventNow), command.OperationId, asked);
    }

    public async Task<EndpointInfo> Rollback(string reason, string operationId, CancellationToken cancellationToken)
    {
        EndpointDecisions.RequireOperationId(operationId);
        await RequireFreshAsync();
        var current = Require();
        if (!IsRepeat(operationId, OperationDigest.Rollback))
        {
            await ApplyAsync(EndpointDecisions.Rollback(current, reason, clock.EventNow), operationId, OperationDigest.Rollback);
        }

        await FollowWithAliasAsync(Require(), reason, operationId, cancellationToken);
        return await FinishAsync();
    }

    public async Task<EndpointInfo> Get(CancellationToken cancellationToken)
    {
        try
        {
            return await FindOtherAsync() ?? Require();
        }
        catch (UnavailableException)
        {
            // What is served goes on being known while the store is away.
            return Require() with { Unconfirmed = true };
        }
    }

    public Task<EndpointInfo?> GetState() => Task.FromResult(state.State.Info);

    /// <summary>The view's version that the model was trained with, so that its windows mean the same; the newest for a model of other origin.</summary>
    private Task<FeatureViewInfo> ViewAsync(FeatureViewKey view, ModelVersionInfo model, CancellationToken cancellationToken)
    {
        var trainedWith = model.FeatureView?.StartsWith($"{view}:", StringComparison.Ordinal) == true
            && int.TryParse(model.FeatureView.AsSpan($"{view}:".Length), out var version)
                ? version
                : (int?)null;
        return GrainFactory.GetGrain<IFeatureViewGrain>(view.ToString()).Get(trainedWith, cancellationToken);
    }

    /// <summary>What another activation has stored since, if it did; this one makes way then.</summary>
    private async Task<EndpointInfo?> FindOtherAsync()
    {
        var other = await freshness.FindOtherAsync(this.GetGrainId(), state.Etag);
        if (other is not null)
        {
            DeactivateOnIdle();
        }

        return other;
    }

    /// <exception cref="UnavailableException">Another activation has changed the endpoint, or the store is away.</exception>
    private async Task RequireFreshAsync()
    {
        if (await FindOtherAsync() is { } other)
        {
            throw new UnavailableException($"Endpoint '{other.Name}' was changed by another silo meanwhile; repeat the command.");
        }
    }

    /// <exception cref="AlreadyExistsException">The operation did something else.</exception>
    private bool IsRepeat(string operationId, string asked)
    {
        var index = state.State.Operations.FindIndex(operation => operation.Key == operationId);
        if (index >= 0 && state.State.Commands.TryGetValue(operationId, out var done) && done != asked)
        {
            throw new AlreadyExistsException(
                $"Operation '{operationId}' made revision {state.State.Operations[index].Value} of endpoint '{Key.Name}' by another command; it cannot do something else.",
                "operation_id");
        }

        return index >= 0;
    }

    private EndpointInfo Require() => state.State.Info
        ?? throw new NotFoundException($"There is no endpoint '{Key.Name}' in project '{Key.Project}'.", "endpoint");

    private async Task<EndpointInfo> ApplyAsync(EndpointInfo next, string operationId, string asked)
    {
        // Loaded before it is routed to: a version that cannot be loaded must not take the place of one that answers.
        await Task.WhenAll(next.Variants.Select(variant => models.GetAsync(new ModelVersionKey(next.Project, next.Model, variant.Version))));
        state.State.Info = next;
        state.State.Operations = [.. state.State.Operations.TakeLast(KeptOperations - 1), new(operationId, next.Revision)];
        state.State.Commands[operationId] = asked;
        var kept = state.State.Operations.Select(operation => operation.Key).ToHashSet(StringComparer.Ordinal);
        state.State.Commands = state.State.Commands.Where(command => kept.Contains(command.Key)).ToDictionary(StringComparer.Ordinal);
        await StateWriter.WriteAsync(this, state);
        return await FinishAsync();
    }

    private async Task<EndpointInfo> FinishAsync()
    {
        var info = Require();
        routes.Invalidate(Key);
        await catalog.UpsertAsync(new CatalogEntry
        {
            Key = Key.ToString(),
            Kind = Catalog,
            Project = info.Project,
            Name = info.Name,
            Parent = new ModelKey(info.Project, info.Model).ToString(),
            CreatedAt = info.History[0].At,
            UpdatedAt = info.UpdatedAt,
            Json = CatalogJson.Write(info),
        });
        return info;
    }

    private async Task FollowWithAliasAsync(EndpointInfo info, string reason, string operationId, CancellationToken cancellationToken)
    {
        var model = GrainFactory.GetGrain<IModelGrain>(new ModelKey(info.Project, info.Model).ToString());
        var champion = (await model.Get(cancellationToken)).Aliases.FirstOrDefault(alias => alias.Name == Champion);
        var serving = info.Variants.MaxBy(variant => variant.Weight)!.Version;
        if (champion is not null && champion.Version != serving)
        {
            await model.Rollback(
                new RollbackAlias
                {
                    Project = info.Project,
                    Model = info.Model,
                    Alias = Champion,
                    ExpectedVersion = champion.Version,
                    ToVersion = serving,
                    Reason = reason,
                    RequestedBy = Key.ToString(),
                    OperationId = $"rollback/{operationId}",
                },
                cancellationToken);
        }
    }
}
