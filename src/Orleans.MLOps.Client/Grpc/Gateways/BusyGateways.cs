namespace Orleans.MLOps.Client.Grpc.Gateways;

/// <summary>Where attempts of one call are under way, so that another attempt goes elsewhere.</summary>
internal sealed class BusyGateways
{
    private readonly Lock gate = new();
    private readonly List<Gateway> busy = [];

    public Gateway Enter(GatewayPool pool)
    {
        lock (gate)
        {
            var gateway = pool.Pick(busy);
            busy.Add(gateway);
            return gateway;
        }
    }

    public void Leave(Gateway gateway)
    {
        lock (gate)
        {
            busy.Remove(gateway);
        }
    }
}
