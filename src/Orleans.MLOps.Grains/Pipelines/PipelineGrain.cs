using Orleans.MLOps.Datasets;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Models;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Pipelines;

[GrainType("mlops-pipeline")]
internal sealed class PipelineGrain(
    [PersistentState(PipelineGrain.StateName, GrainServices.StateStorage)] IPersistentState<PipelineState> state,
    RetrainingRequests requests,
    TrainingExecutor executor,
    IBlobStore blobs,
    CatalogTable catalog,
    PlatformClock clock) : Grain, IPipelineGrain
{
    internal const string StateName = "pipeline-state";
    internal const string Catalog = "pipeline";

    private const string Enabled = "enabled";
    private const string Finishing = "finishing";
    private const string Disabled = "disabled";

    /// <summary>Pipelines that the scheduler wakes: a disabled one until its last retraining has ended.</summary>
    internal static readonly string[] WokenStatuses = [Enabled, Finishing];

    private PipelineKey Key => PipelineKey.Parse(this.GetPrimaryKeyString());

    private EndpointKey Endpoint => new(Key.Project, Key.Name);

    public async Task Configure(ContinuousTrainingPolicy policy, CancellationToken cancellationToken)
    {
        PolicyRules.Validate(policy);
        var endpoint = await GrainFactory.GetGrain<IEndpointGrain>(Endpoint.ToString()).Get(cancellationToken);
        if (endpoint.LogPolicy != LogPolicy.Durable)
        {
            throw new FailedPreconditionException(
                $"Endpoint '{endpoint.Name}' has the log policy {endpoint.LogPolicy}; models may learn only from a Durable log.", "endpoint");
        }

        if (endpoint.Model != policy.Template.RegisterAs)
        {
            throw new InvalidInputException(
                $"register_as is '{policy.Template.RegisterAs}'; endpoint '{endpoint.Name}' serves model '{endpoint.Model}', and candidates must be versions of it.", "register_as");
        }

        var model = GrainFactory.GetGrain<IModelGrain>(new ModelKey(endpoint.Project, endpoint.Model).ToString());
        PolicyRules.CheckTemplate(policy, await model.GetVersion(PipelineRunRules.ServingVersion(endpoint), cancellationToken), executor.Slots);
        await RequireBaseFramesAsync(policy.BaseFrames, cancellationToken);
        state.State.CreatedAt = state.State.Policy is null ? clock.WallNow : state.State.CreatedAt;
        state.State.Policy = policy;
        state.State.Enabled = true;
        await SaveAsync();
    }

    public async Task Disable(CancellationToken cancellationToken)
    {
        await RequireKnownAsync(cancellationToken);
        if (state.State.Enabled)
        {
            state.State.Enabled = false;
            await SaveAsync();
        }
    }

    public async Task Wake(CancellationToken cancellationToken)
    {
        await RequireKnownAsync(cancellationToken);
        if (state.State is { ActiveRun: { } active, ActiveCommand: { } begin })
        {
            var run = await Run(active).Drive(begin);
            if (!PipelineRunRules.HasEnded(run.Status))
            {
                return;
            }

            state.State.ActiveRun = null;
            state.State.ActiveCommand = null;
            await SaveAsync();
        }

        if (state.State is { Enabled: true, Policy: { } policy })
        {
            await PickUpAsync(policy, cancellationToken);
        }
    }

    public async Task<PipelineRunInfo?> GetActiveRun(CancellationToken cancellationToken) =>
        state.State is { ActiveRun: { } active, ActiveCommand: { } begin }
            // A run that a crash kept from its first record begins again: it is active all the same.
            ? await GrainFactory.GetGrain<IPipelineRunGrain>(new PipelineRunKey(active).ToString()).GetState() ?? await Run(active).Drive(begin)
            : null;

    public Task<ContinuousTrainingPolicy?> GetState() => Task.FromResult(state.State.Policy);

    /// <exception cref="NotFoundException">There is no such endpoint, so there is nothing to turn off or to wake.</exception>
    private async Task RequireKnownAsync(CancellationToken cancellationToken)
    {
        if (state.State.Policy is null)
        {
            await GrainFactory.GetGrain<IEndpointGrain>(Endpoint.ToString()).Get(cancellationToken);
        }
    }

    private async Task RequireBaseFramesAsync(string[] digests, CancellationToken cancellationToken)
    {
        foreach (var digest in digests)
        {
            if (digest is not { Length: 64 } || !digest.All(char.IsAsciiHexDigitLower))
            {
                throw new InvalidInputException($"base_frames is '{digest}'; allowed: 64 lower-case hex digits.", "base_frames");
            }

            if (await blobs.FindAsync(digest, cancellationToken) is null)
            {
                throw new NotFoundException($"No feature frame {digest} is stored.", "base_frames");
            }
        }
    }

    private async Task PickUpAsync(ContinuousTrainingPolicy policy, CancellationToken cancellationToken)
    {
        var pending = await requests.ListPendingAsync(Endpoint, cancellationToken);
        if (state.State.LastRetraining is { } last)
        {
            await CloseCoveredAsync(pending, last);
            pending = [.. pending.Where(request => request.Alert.At > last)];
        }

        if (pending.Count == 0)
        {
            return;
        }

        var endpoint = await GrainFactory.GetGrain<IEndpointGrain>(Endpoint.ToString()).Get(cancellationToken);
        var serving = PipelineRunRules.ServingVersion(endpoint);
        foreach (var stale in RequestDecisions.StaleOnes(pending, serving))
        {
            await requests.CloseAsync(stale, RequestDecisions.Stale, clock.EventNow);
        }

        pending = [.. pending.Where(request => request.Alert.ModelVersion == serving)];
        if (RequestDecisions.Next(pending, serving, state.State.LastRetraining, policy.MinimumInterval, clock.EventNow) is not { } next)
        {
            return;
        }

        var begin = new BeginRetraining
        {
            Policy = policy,
            AlertId = next.Request.Alert.AlertId,
            At = next.At,
            ChampionVersion = serving,
        };

        // The run is remembered before it starts: a crash in between starts it at the next wake.
        state.State.ActiveRun = Ulid.NewUlid(clock.WallNow).ToString();
        state.State.ActiveCommand = begin;
        state.State.LastRetraining = next.At;
        await StateWriter.WriteAsync(this, state);
        await Run(state.State.ActiveRun).Drive(begin);
        await CloseCoveredAsync(pending, next.At);
    }

    private async Task CloseCoveredAsync(IEnumerable<RetrainingRequest> pending, DateTimeOffset retraining)
    {
        foreach (var request in pending.Where(request => request.Alert.At <= retraining))
        {
            await requests.CloseAsync(request, RequestDecisions.Covered, clock.EventNow);
        }
    }

    private async Task SaveAsync()
    {
        await StateWriter.WriteAsync(this, state);
        await catalog.UpsertAsync(new CatalogEntry
        {
            Key = Key.ToString(),
            Kind = Catalog,
            Project = Key.Project,
            Name = Key.Name,
            Status = state.State.Enabled ? Enabled : state.State.ActiveRun is null ? Disabled : Finishing,
            Parent = Endpoint.ToString(),
            CreatedAt = state.State.CreatedAt,
            UpdatedAt = clock.WallNow,
            Json = CatalogJson.Write(state.State.Policy),
        });
    }

    private IRetrainingGrain Run(string id) => GrainFactory.GetGrain<IRetrainingGrain>(new PipelineRunKey(id).ToString());
}
