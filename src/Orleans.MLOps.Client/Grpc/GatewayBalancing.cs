namespace Orleans.MLOps.Client.Grpc;

/// <summary>How calls are dealt to several gateways. Either way a serving session stays with the gateway that it was opened on.</summary>
public enum GatewayBalancing
{
    /// <summary>
    /// All calls go to the first gateway of the list that is well, so what one call recorded in its silo the next call finds
    /// there, as <see cref="Monitoring.IMonitoringClient.FlushAsync"/> expects. The others are for its failure.
    /// </summary>
    Stay,

    /// <summary>Calls take turns over all gateways that are well; for a client that asks more than one gateway can answer.</summary>
    Spread,
}
