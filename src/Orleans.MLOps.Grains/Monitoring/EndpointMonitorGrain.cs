using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Monitoring;

[PlacedOnRole(SiloRoles.Serving), GrainType("mlops-endpoint-monitor")]
internal sealed class EndpointMonitorGrain(
    [PersistentState(EndpointMonitorGrain.StateName, GrainServices.StateStorage)] IPersistentState<EndpointMonitorState> state)
    : Grain, IEndpointMonitorGrain
{
    internal const string StateName = "endpoint-monitor-state";

    private EndpointKey Key => EndpointKey.Parse(this.GetPrimaryKeyString());

    public async Task Configure(MonitorOptions options, CancellationToken cancellationToken)
    {
        MonitorOptionsRules.Validate(options);
        await GrainFactory.GetGrain<IEndpointGrain>(Key.ToString()).Get(cancellationToken);
        state.State.Options = options;
        await StateWriter.WriteAsync(this, state);
    }

    public Task<MonitorOptions> GetOptions(CancellationToken cancellationToken) =>
        Task.FromResult(state.State.Options ?? new MonitorOptions { Project = Key.Project, Endpoint = Key.Name });

    public async Task<MonitorReport> GetReport(int version, CancellationToken cancellationToken)
    {
        var endpoint = await GrainFactory.GetGrain<IEndpointGrain>(Key.ToString()).Get(cancellationToken);
        return ServedVersions(endpoint).Contains(version)
            ? await ReportAsync(version)
            : throw new NotFoundException($"Version {version} never served at endpoint '{Key.Name}'.", "version");
    }

    public async Task<VersionComparison> Compare(CompareVersions query, CancellationToken cancellationToken)
    {
        var endpoint = await GrainFactory.GetGrain<IEndpointGrain>(Key.ToString()).Get(cancellationToken);
        ComparisonRules.Require(query, endpoint);
        var from = ComparisonRules.Begin(endpoint);
        return ComparisonRules.Compare(query, from, await Monitor(query.Baseline).GetOutcomes(from), await Monitor(query.Candidate).GetOutcomes(from));
    }

    public async Task<MonitorReport[]> GetState()
    {
        var endpoint = await GrainFactory.GetGrain<IEndpointGrain>(Key.ToString()).GetState();
        return endpoint is null ? [] : await Task.WhenAll(ServedVersions(endpoint).Select(ReportAsync));
    }

    private static IEnumerable<int> ServedVersions(EndpointInfo endpoint) =>
        endpoint.History.SelectMany(change => change.Variants).Select(variant => variant.Version).Distinct().Order();

    private IModelMonitorGrain Monitor(int version) => GrainFactory.GetGrain<IModelMonitorGrain>(new MonitorKey(Key, version).ToString());

    private async Task<MonitorReport> ReportAsync(int version)
    {
        var report = await Monitor(version).GetReport();
        var unknown = await GrainFactory.GetGrain<ILabelGrain>(Key.ToString()).CountUnknown();
        return report with { UnknownLabels = unknown };
    }
}
