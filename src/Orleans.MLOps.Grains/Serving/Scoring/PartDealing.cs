using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>
/// Deals the partitions of a generation to the silos that serve, a few to each at a time, until all are scored. What a silo does not finish is dealt
/// again; what two of them finish counts once.
/// </summary>
internal sealed class PartDealing(ScoringOrder order, ScoringServices services, IScoringJobControl control)
{
    private const int MostEach = 2;

    /// <summary>So often in a row nothing may come of a partition; then the last reason is the job's end.</summary>
    private const int MostSetbacks = 100;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>A silo that does not answer for so long is given up; a call itself answers within two seconds.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Avoided = TimeSpan.FromSeconds(3);

    private readonly Queue<int> _left = new(Enumerable.Range(0, order.Parts.Length).Where(partition => order.Parts[partition] is null));
    private readonly List<Task<Ask>> _asked = [];
    private readonly Dictionary<SiloAddress, int> _busy = [];
    private readonly Dictionary<SiloAddress, DateTimeOffset> _avoided = [];
    private readonly ScoringPart?[] _parts = [.. order.Parts];
    private int _setbacks;
    private bool _started;

    /// <summary>All parts in row order; null when another generation has taken over.</summary>
    /// <exception cref="MLOpsException">A partition cannot be scored.</exception>
    public async Task<ScoringPart[]?> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (_left.Count > 0 || _asked.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!await DealAsync(cancellationToken))
                {
                    return null;
                }

                await Task.WhenAny([.. _asked, Task.Delay(LookEvery, services.Clock.WallTime, cancellationToken)]);
                foreach (var ended in _asked.Where(ask => ask.IsCompleted).ToArray())
                {
                    _asked.Remove(ended);
                    if (!await TakeAsync(await ended))
                    {
                        return null;
                    }
                }
            }

            return _parts!;
        }
        finally
        {
            await EndAsync();
        }
    }

    private async Task<bool> DealAsync(CancellationToken cancellationToken)
    {
        var now = services.Clock.WallNow;
        var silos = services.Silos.Active(SiloRoles.Serving);
        var fit = silos.Where(silo => !(_avoided.TryGetValue(silo, out var until) && now < until)).ToDictionary(silo => silo, silo => _busy.GetValueOrDefault(silo));
        var dealt = ScoringPlan.Deal(fit, MostEach, _left.Count);
        if (dealt.Count == 0)
        {
            return silos.Length > 0 || await control.Waiting(order.Generation, $"It waits for a silo of role {SiloRoles.Serving}; none is in the cluster.", CancellationToken.None);
        }

        if (!_started && !await control.Started(order.Generation, CancellationToken.None))
        {
            return false;
        }

        _started = true;
        foreach (var silo in dealt)
        {
            _busy[silo] = _busy.GetValueOrDefault(silo) + 1;
            _asked.Add(AskAsync(silo, _left.Dequeue(), cancellationToken));
        }

        return true;
    }

    /// <summary>Takes the end of an ask; false when another generation has taken over.</summary>
    private async Task<bool> TakeAsync(Ask ask)
    {
        _busy[ask.Silo]--;
        if (ask.Error is { } error)
        {
            if (!TransientErrors.IsTransient(error))
            {
                throw error;
            }

            if (++_setbacks > MostSetbacks)
            {
                throw new FailedPreconditionException($"{_setbacks} attempts in a row came to nothing; the last: {error.Message}", inner: error);
            }

            _avoided[ask.Silo] = services.Clock.WallNow + Avoided;
            _left.Enqueue(ask.Partition);
            return true;
        }

        _setbacks = 0;
        var counted = await control.Scored(order.Generation, ask.Partition, ask.Part!, CancellationToken.None);
        if (counted?.Blob.Digest != ask.Part!.Blob.Digest)
        {
            await services.Blobs.ReleaseAsync(ask.Part.Blob.Digest, services.Clock.WallNow, CancellationToken.None);
        }

        _parts[ask.Partition] = counted;
        return counted is not null;
    }

    private async Task<Ask> AskAsync(SiloAddress silo, int partition, CancellationToken cancellationToken)
    {
        var part = order.Part(partition);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await On(silo).Score(part, CancellationToken.None).WaitAsync(Silence, services.Clock.WallTime, CancellationToken.None) is { } scored)
                {
                    return new(silo, partition, scored, null);
                }
            }
        }
        catch (Exception error)
        {
            return new(silo, partition, null, error);
        }
    }

    /// <summary>Gives up what is still worked on, and the space of what was finished meanwhile; a silo that cannot be told gives up by itself.</summary>
    private async Task EndAsync()
    {
        try
        {
            await Task.WhenAll(_busy.Where(silo => silo.Value > 0).Select(silo => On(silo.Key).Stop(order.Key.ToString(), order.Generation, CancellationToken.None)))
                .WaitAsync(Farewell, services.Clock.WallTime, CancellationToken.None);
            foreach (var ask in await Task.WhenAll(_asked).WaitAsync(Farewell, services.Clock.WallTime, CancellationToken.None))
            {
                if (ask.Part is { } part)
                {
                    await services.Blobs.ReleaseAsync(part.Blob.Digest, services.Clock.WallNow, CancellationToken.None);
                }
            }
        }
        catch (Exception error) when (TransientErrors.IsTransient(error))
        {
            // It is away, and so is what it worked on.
        }
    }

    private IScoringSiloGrain On(SiloAddress silo) => services.Grains.GetGrain<IScoringSiloGrain>(new SiloKey(silo.ToParsableString()).ToString());

    private sealed record Ask(SiloAddress Silo, int Partition, ScoringPart? Part, Exception? Error);
}
