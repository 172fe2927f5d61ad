using System.IO.MemoryMappedFiles;

namespace Orleans.MLOps.Server.Demo.Cluster;

/// <summary>
/// Event time of a replay over several processes of one machine: an instant in a file that all of them map. One of them moves
/// it, and the others see the new instant at once; one that is started again sees the present one. It has no timers.
/// </summary>
internal sealed class SharedClock : TimeProvider, IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private SharedClock(MemoryMappedFile file) => (_file, _view) = (file, file.CreateViewAccessor(0, sizeof(long)));

    /// <summary>Makes the file anew, with the clock at an instant.</summary>
    public static SharedClock Create(string path, DateTimeOffset start)
    {
        var clock = new SharedClock(MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, sizeof(long)));
        clock._view.Write(0, start.UtcTicks);
        return clock;
    }

    /// <summary>Opens the clock that another process made.</summary>
    public static SharedClock Open(string path) =>
        new(MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, sizeof(long)));

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(_view.ReadInt64(0), TimeSpan.Zero);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("A shared replay clock has no timers: nobody in this process knows when it is moved.");

    /// <summary>Moves the clock forward for every process.</summary>
    /// <exception cref="InvalidInputException">The instant lies before the present one.</exception>
    public void AdvanceTo(DateTimeOffset instant)
    {
        if (instant < GetUtcNow())
        {
            throw new InvalidInputException($"The replay clock stands at {GetUtcNow():O} and only moves forward; it was asked for {instant:O}.", nameof(instant));
        }

        _view.Write(0, instant.UtcTicks);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
