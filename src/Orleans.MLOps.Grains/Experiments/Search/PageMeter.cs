namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>
/// Counts what a page holds while it is read, in bytes of the message that carries it, which is about what it takes in memory, too. Queries
/// that run at once may share one.
/// </summary>
internal sealed class PageMeter(long most = PageMeter.Most)
{
    /// <summary>A page and its frame fit into a message of 4 MB, the most that gateways and clients take unless told otherwise.</summary>
    public const long Most = 3 * 1024 * 1024;

    private long _bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Counts a part of rows that are read together.</summary>
    /// <exception cref="PageFullException">These rows are too many for one page. Thrown while rows are read, it ends the query.</exception>
    public void Add(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) > most)
        {
            throw new PageFullException();
        }
    }

    /// <summary>Counts a row if the page has room for it. The first one always has: a search must go on.</summary>
    public bool TryAdd(long bytes)
    {
        if (_bytes > 0 && _bytes + bytes > most)
        {
            return false;
        }

        _bytes += bytes;
        return true;
    }
}
