using System.Text;

namespace Orleans.MLOps.Client.Experiments.Capture;

/// <summary>What was written to one stream: the first half of the limit, and the last.</summary>
internal sealed class CapturedOutput(int limit)
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _head = new();
    private readonly Queue<char> _tail = new();
    private long _left;

    public void Append(ReadOnlySpan<char> text)
    {
        lock (_gate)
        {
            foreach (var c in text)
            {
                if (_head.Length < limit / 2)
                {
                    _head.Append(c);
                    continue;
                }

                _tail.Enqueue(c);
                if (_tail.Count > limit - (limit / 2))
                {
                    _tail.Dequeue();
                    _left++;
                }
            }
        }
    }

    /// <summary>The text, with a line that says how much is missing from its middle.</summary>
    public override string ToString()
    {
        lock (_gate)
        {
            var (head, tail) = (_head.ToString(), new string([.. _tail]));
            if (_left == 0)
            {
                return head + tail;
            }

            // Half a surrogate pair is no character.
            var (whole, start) = (head.Length > 0 && char.IsHighSurrogate(head[^1]) ? head[..^1] : head, tail.Length > 0 && char.IsLowSurrogate(tail[0]) ? 1 : 0);
            return $"{whole}\n... {_left + head.Length - whole.Length + start} characters were left out here ...\n{tail[start..]}";
        }
    }
}
