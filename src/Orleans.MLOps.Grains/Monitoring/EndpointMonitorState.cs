using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Monitoring;

[GenerateSerializer, Alias("mlops.state.endpoint-monitor")]
internal sealed class EndpointMonitorState
{
    [Id(0)]
    public MonitorOptions? Options { get; set; }
}
