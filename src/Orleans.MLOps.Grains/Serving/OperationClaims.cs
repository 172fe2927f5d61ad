namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// Which attempt at a named request may be recorded here. A repeat claims its request in every silo before it looks for earlier attempts, so an
/// attempt that was held up on its way, in a frozen silo or on the wire, is not recorded after the repeat was. Guarded by its recorder's lock.
/// </summary>
internal sealed class OperationClaims(TimeProvider clock)
{
    /// <summary>No attempt is held up for longer: callers, connections and calls between silos have all given up by then.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    private readonly Dictionary<Guid, long> _claims = [];
    private readonly Queue<(Guid Operation, long Claim, long At)> _order = new();
    private long _last;

    /// <summary>Ends all earlier attempts at a request.</summary>
    /// <returns>The claim of the attempt that goes on.</returns>
    public long Take(Guid operation)
    {
        Forget();
        var claim = ++_last;
        _claims[operation] = claim;
        _order.Enqueue((operation, claim, clock.GetTimestamp()));
        return claim;
    }

    /// <summary>Whether the attempt of a claim, 0 for a first one, may be recorded.</summary>
    public bool Allow(Guid operation, long claim) =>
        operation == Guid.Empty || (_claims.TryGetValue(operation, out var latest) ? latest == claim : claim == 0);

    private void Forget()
    {
        while (_order.TryPeek(out var oldest) && clock.GetElapsedTime(oldest.At) > KeptFor)
        {
            _order.Dequeue();
            if (_claims.TryGetValue(oldest.Operation, out var claim) && claim == oldest.Claim)
            {
                _claims.Remove(oldest.Operation);
            }
        }
    }
}
