namespace Orleans.MLOps.Learning.Training.Exchange;

/// <summary>
/// Carries the sums of one host to the others and the sum over all back: the transport below a <see cref="HostExchange"/>. One thread at a
/// time calls it, except for <see cref="Abort"/>.
/// </summary>
public interface IHostLink : IDisposable
{
    /// <summary>Blocks until every host is connected. Call it once, before the first <see cref="Exchange"/>.</summary>
    /// <exception cref="ExchangeBrokenException">A host refused, left, or fell silent.</exception>
    void Open();

    /// <summary>Passes this host's sums on and blocks until the sum over all hosts is known.</summary>
    /// <param name="subtrees">One vector for each of <see cref="RankRange.Subtrees"/> of the host, one after the other; used as scratch space.</param>
    /// <param name="total">Becomes the sum over all ranks, the same bits on every host.</param>
    /// <exception cref="ExchangeBrokenException">A host left or fell silent.</exception>
    void Exchange(Span<float> subtrees, Span<float> total);

    /// <summary>Cuts the link: what blocks in it and what comes later fails at once, here and soon on the other hosts. Idempotent.</summary>
    void Abort();
}
