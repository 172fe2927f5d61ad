using System.Net;
using System.Net.Sockets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Learning.Training.Exchange;

namespace Orleans.MLOps.Grains.Training;

/// <summary>The port at which this silo takes the other silos of a training. Opened by the first job that needs it: a node that trains alone opens none.</summary>
internal sealed class ExchangePort(SiloDirectory silos, TrainingOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private ExchangeListener? _listener;

    /// <exception cref="UnavailableException">The port cannot be had.</exception>
    public ExchangeListener Listener
    {
        get
        {
            lock (_lock)
            {
                return _listener ??= Open();
            }
        }
    }

    public void Dispose() => _listener?.Dispose();

    private ExchangeListener Open()
    {
        var address = silos.Here.Endpoint.Address;
        try
        {
            return new ExchangeListener(address, options.ExchangePort);
        }
        catch (SocketException error)
        {
            throw new UnavailableException($"The port of this silo for other silos' trainings cannot be opened at {new IPEndPoint(address, options.ExchangePort)}: {error.Message}", inner: error);
        }
    }
}
