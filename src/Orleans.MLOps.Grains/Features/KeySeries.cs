namespace Orleans.MLOps.Grains.Features;

/// <summary>
/// The observations of one key in order of availability, with running sums, so that a window of any length costs two binary searches.
/// Sums are exact as long as they are whole numbers below 2^53, as those of 0/1 labels are. Not thread-safe.
/// </summary>
internal sealed class KeySeries
{
    private long[] _times = new long[16];
    private double[] _sums = new double[16];
    private double _before;
    private int _start;
    private int _end;

    public int Count => _end - _start;

    public ReadOnlySpan<long> Times => _times.AsSpan(_start, Count);

    /// <summary>The value of the observation at a position from 0.</summary>
    public double Value(int position)
    {
        var index = _start + position;
        return _sums[index] - SumBefore(index);
    }

    /// <summary>Adds a value; behind those that became available at the same instant.</summary>
    public void Insert(long time, double value)
    {
        if (_end == _times.Length)
        {
            MakeRoom();
        }

        var index = _end;
        while (index > _start && _times[index - 1] > time)
        {
            index--;
        }

        Array.Copy(_times, index, _times, index + 1, _end - index);
        _times[index] = time;
        var sum = SumBefore(index) + value;
        for (var i = _end; i > index; i--)
        {
            _sums[i] = _sums[i - 1] + value;
        }

        _sums[index] = sum;
        _end++;
    }

    /// <summary>Number and sum of the values available in the closed interval.</summary>
    public (int Count, double Sum) Between(long from, long to)
    {
        var low = _start + LowerBound(from);
        var high = _start + LowerBound(to == long.MaxValue ? to : to + 1);
        return high <= low ? (0, 0) : (high - low, _sums[high - 1] - SumBefore(low));
    }

    /// <summary>Forgets what became available before an instant.</summary>
    public void DropBefore(long time)
    {
        var dropped = LowerBound(time);
        if (dropped > 0)
        {
            _before = _sums[_start + dropped - 1];
            _start += dropped;
        }
    }

    private double SumBefore(int index) => index > _start ? _sums[index - 1] : _before;

    private int LowerBound(long time)
    {
        var (low, high) = (_start, _end);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_times[middle] < time)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - _start;
    }

    private void MakeRoom()
    {
        var count = Count;
        var capacity = count > _times.Length / 2 ? _times.Length * 2 : _times.Length;
        var (times, sums) = (new long[capacity], new double[capacity]);
        Array.Copy(_times, _start, times, 0, count);
        for (var i = 0; i < count; i++)
        {
            sums[i] = _sums[_start + i] - _before;
        }

        (_times, _sums, _before, _start, _end) = (times, sums, 0, 0, count);
    }
}
