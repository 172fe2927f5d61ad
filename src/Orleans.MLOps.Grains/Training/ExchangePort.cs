using System.Net.Sockets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Learning.Training.Exchange;

namespace Orleans.MLOps.Grains.Training;

/// <summary>
/// The port at which this silo takes the other silos of a training. A given one is opened when the silo starts, so that one that is
/// taken ends the start and no job; a free one by the first job that needs it: a node that trains alone opens none.
/// </summary>
internal sealed class ExchangePort(SiloDirectory silos, ExchangePortOptions options) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly Lock _lock = new();
    private ExchangeListener? _listener;

    /// <exception cref="FailedPreconditionException">The given port cannot be had.</exception>
    /// <exception cref="UnavailableException">No free port can be had.</exception>
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

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(ExchangePort), ServiceLifecycleStage.RuntimeInitialize, _ =>
    {
        OpenGiven();
        return Task.CompletedTask;
    });

    /// <summary>Opens the port when it was given.</summary>
    /// <exception cref="FailedPreconditionException">It cannot be had.</exception>
    public void OpenGiven()
    {
        if (options.Port > 0)
        {
            _ = Listener;
        }
    }

    public void Dispose() => _listener?.Dispose();

    private ExchangeListener Open()
    {
        var address = silos.Here.Endpoint.Address;
        try
        {
            return new ExchangeListener(address, options.Port);
        }
        catch (SocketException error) when (options.Port > 0)
        {
            throw new FailedPreconditionException(
                $"ExchangePort is '{options.Port}': it cannot be opened at {address} ({error.Message}); choose a port that nothing uses there, or 0 for a free one.",
                "ExchangePort",
                error);
        }
        catch (SocketException error)
        {
            throw new UnavailableException($"A port of this silo for other silos' trainings cannot be opened at {address}: {error.Message}", inner: error);
        }
    }
}
