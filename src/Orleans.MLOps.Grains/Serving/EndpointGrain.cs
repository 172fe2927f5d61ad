using Orleans.MLOps.Features;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

[PlacedOnRole(SiloRoles.Serving), GrainType("mlops-endpoint")]
internal sealed class EndpointGrain(
    [PersistentState(EndpointGrain.StateName, GrainServices.StateStorage)] IPersistentState<EndpointState> state,
    CatalogTable catalog,
    EndpointUpkeep upkeep,
    RouteTable routes,
    RouteLoader loader,
    SiloRoutes silos,
    ModelCache models,
    StateFreshness freshness,
    PlatformClock clock) : Grain, IEndpointGrain
{
    internal const string StateName = "endpoint-state";
    internal const string Catalog = "endpoint";
    internal const string Champion = "champion";

    private const int KeptOperations = 100;

    private static readonly TimeSpan KeepUpEvery = TimeSpan.FromSeconds(5);

    private readonly PolicyUpkeep _policies = new(upkeep, models, clock);

    /// <summary>What was last known to be stored; the state itself runs ahead of it while a change is written.</summary>
    private EndpointInfo? _written;

    private EndpointKey Key => EndpointKey.Parse(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _written = state.State.Info;
        this.RegisterGrainTimer(KeepUpAsync, new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = KeepUpEvery });
        return Task.CompletedTask;
    }

    public async Task<EndpointInfo> Deploy(DeployEndpoint command, CancellationToken cancellationToken)
    {
        EndpointDecisions.Validate(command);
        await RequireFreshAsync();
        var asked = OperationDigest.Of(command);
        if (IsRepeat(command.OperationId, asked))
        {
            return await FinishAsync();
        }

        using var selection = command.Versions is null ? null : await _policies.SelectAsync(command, cancellationToken);
        command = selection is null ? command : command with { Variants = EndpointDecisions.Follow(command.Versions!, selection.Versions, state.State.Info?.Variants) };
        var model = GrainFactory.GetGrain<IModelGrain>(new ModelKey(command.Project, command.Model).ToString());
        var versions = await Task.WhenAll(EndpointDecisions.Versions(command).Select(version => model.GetVersion(version, cancellationToken)));
        var view = command.FeatureView is null ? null : await ViewAsync(new FeatureViewKey(command.Project, command.FeatureView), versions[0], cancellationToken);
        await ApplyAsync(EndpointDecisions.Deploy(state.State.Info, state.State.RemovedRevision, command, versions, view?.Version, clock.EventNow), command.OperationId, asked);
        _policies.Settle(selection);
        return _policies.Shown(Require());
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

    public async Task<EndpointInfo> Unload(string operationId, CancellationToken cancellationToken)
    {
        EndpointDecisions.RequireOperationId(operationId);
        await RequireFreshAsync();
        if (!IsRepeat(operationId, OperationDigest.Unloading) && EndpointDecisions.Unload(Require(), clock.EventNow) is { } next)
        {
            await KeepAsync(next, next.Revision, operationId, OperationDigest.Unloading);
        }

        return await FinishAsync();
    }

    public async Task<EndpointInfo> Load(string operationId, CancellationToken cancellationToken)
    {
        EndpointDecisions.RequireOperationId(operationId);
        await RequireFreshAsync();
        var current = Require();
        if (IsRepeat(operationId, OperationDigest.Loading) || current.UnloadedAt is null)
        {
            return _policies.Shown(await FinishAsync());
        }

        using var selection = current.Versions is null ? null : await _policies.SelectAsync(current, cancellationToken);
        await ApplyAsync(EndpointDecisions.Load(current, selection?.Versions, clock.EventNow), operationId, OperationDigest.Loading);
        _policies.Settle(selection);
        return _policies.Shown(Require());
    }

    public async Task Remove(RemoveEndpoint command, CancellationToken cancellationToken)
    {
        EndpointDecisions.RequireOperationId(command.OperationId);
        await RequireFreshAsync();
        if (!IsRepeat(command.OperationId, OperationDigest.Removal))
        {
            var current = Require();
            EndpointDecisions.CheckRemoval(current, command);
            await KeepAsync(null, current.Revision, command.OperationId, OperationDigest.Removal);
        }

        // Another deployment may have come after the removal that is repeated.
        if (state.State.Info is null)
        {
            routes.Remove(Key);
            await silos.FollowAsync(Key, null);
            await catalog.DeleteAsync(Catalog, Key.ToString(), cancellationToken);
        }
    }

    public async Task<EndpointInfo> Get(CancellationToken cancellationToken)
    {
        try
        {
            var (stored, _) = await freshness.ReadAsync<EndpointState>(this, StateName);
            return _policies.Shown(stored.Info ?? throw NotFound());
        }
        catch (UnavailableException)
        {
            // What is served goes on being known while the store is away.
            return (_written ?? throw NotFound()) with { Unconfirmed = true };
        }
    }

    public Task<EndpointInfo?> GetState() => Task.FromResult(_written);

    /// <summary>Makes the change that is due. What cannot be loaded leaves what is served as it is, and is tried again later.</summary>
    private async Task KeepUpAsync(CancellationToken cancellationToken)
    {
        if (state.State.Info is not { UnloadedAt: null } current || (current.Versions is null && current.Canary is not { Status: CanaryStatus.Running }))
        {
            _policies.Settle(null);
            return;
        }

        var newest = current.Variants[0].Version;
        try
        {
            // What was loaded once may be lost since: then one version must not take the others with it.
            var isDoubted = current.Versions is not null && loader.HasFailed(Key, current.Revision);
            var next = await upkeep.NextAsync(Key, current, cancellationToken);
            if (next is null && !isDoubted)
            {
                _policies.Settle(null);
                return;
            }

            if (current.Versions is { } policy)
            {
                await _policies.FollowAsync(
                    current,
                    policy,
                    isDoubted,
                    async changed =>
                    {
                        await RequireFreshAsync();
                        await ApplyAsync(changed, $"upkeep/{changed.Revision}", OperationDigest.Upkeep);
                    },
                    cancellationToken);
                return;
            }

            newest = next!.Variants[0].Version;
            if (_policies.Attempts.IsDue(newest, clock.WallNow))
            {
                await RequireFreshAsync();
                await ApplyAsync(next, $"upkeep/{next.Revision}", OperationDigest.Upkeep);
                _policies.Attempts.Succeed();
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _policies.Attempts.Fail(newest, error.Message, clock.WallNow);
        }
    }

    /// <summary>The view's version that the model was trained with, so that its windows mean the same; the newest for a model of other origin.</summary>
    private Task<FeatureViewInfo> ViewAsync(FeatureViewKey view, ModelVersionInfo model, CancellationToken cancellationToken)
    {
        var trainedWith = model.FeatureView?.StartsWith($"{view}:", StringComparison.Ordinal) == true
            && int.TryParse(model.FeatureView.AsSpan($"{view}:".Length), out var version)
                ? version
                : (int?)null;
        return GrainFactory.GetGrain<IFeatureViewGrain>(view.ToString()).Get(trainedWith, cancellationToken);
    }

    /// <exception cref="UnavailableException">Another activation has changed the endpoint, or the store is away.</exception>
    private async Task RequireFreshAsync()
    {
        if (await freshness.IsOvertakenAsync(this, StateName, state))
        {
            throw new UnavailableException($"Endpoint '{Key.Name}' was changed by another silo meanwhile; repeat the command.");
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

    private EndpointInfo Require() => state.State.Info ?? throw NotFound();

    private NotFoundException NotFound() => new($"There is no endpoint '{Key.Name}' in project '{Key.Project}'.", "endpoint");

    private async Task<EndpointInfo> ApplyAsync(EndpointInfo next, string operationId, string asked)
    {
        // Loaded before it is routed to: a version that cannot be loaded must not take the place of one that answers.
        var leases = await models.LeaseAllAsync(next);
        try
        {
            EndpointDecisions.RequireSameInputs([.. leases.Select(lease => lease.Model.Version)]);
            await Task.Run(() => GoldenCheck.Run(next, leases.Select(lease => lease.Model)));
            await silos.PrepareAsync(Key, next);
            await KeepAsync(next, next.Revision, operationId, asked);
            return await FinishAsync();
        }
        finally
        {
            Array.ForEach(leases, lease => lease.Dispose());
        }
    }

    private async Task KeepAsync(EndpointInfo? next, int revision, string operationId, string asked)
    {
        state.State.Info = next;
        state.State.RemovedRevision = next is null ? revision : state.State.RemovedRevision;
        state.State.Operations = [.. state.State.Operations.TakeLast(KeptOperations - 1), new(operationId, revision)];
        state.State.Commands[operationId] = asked;
        var kept = state.State.Operations.Select(operation => operation.Key).ToHashSet(StringComparer.Ordinal);
        state.State.Commands = state.State.Commands.Where(command => kept.Contains(command.Key)).ToDictionary(StringComparer.Ordinal);
        await StateWriter.WriteAsync(this, state);
        _written = next;
    }

    private async Task<EndpointInfo> FinishAsync()
    {
        var info = Require();
        await routes.ReplaceAsync(Key, info);
        await silos.FollowAsync(Key, info);
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
