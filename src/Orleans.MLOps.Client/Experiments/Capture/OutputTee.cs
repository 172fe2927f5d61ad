using System.Text;

namespace Orleans.MLOps.Client.Experiments.Capture;

/// <summary>Writes to the console as before, and to the capture of the run whose body is writing, so that runs beside each other do not mix.</summary>
internal sealed class OutputTee(TextWriter inner, AsyncLocal<CapturedOutput?> capture) : TextWriter
{
    private static readonly AsyncLocal<CapturedOutput?> Out = new();
    private static readonly AsyncLocal<CapturedOutput?> Error = new();
    private static readonly Lock Gate = new();
    private static bool installed;

    public override Encoding Encoding => inner.Encoding;

    /// <summary>Captures what the current flow of control writes from here on, and the flows that it starts.</summary>
    public static void Begin(CapturedOutput output, CapturedOutput error)
    {
        lock (Gate)
        {
            if (!installed)
            {
                Console.SetOut(new OutputTee(Console.Out, Out));
                Console.SetError(new OutputTee(Console.Error, Error));
                installed = true;
            }
        }

        (Out.Value, Error.Value) = (output, error);
    }

    public override void Write(char value)
    {
        inner.Write(value);
        capture.Value?.Append([value]);
    }

    public override void Write(string? value)
    {
        inner.Write(value);
        capture.Value?.Append(value);
    }

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        inner.Write(buffer);
        capture.Value?.Append(buffer);
    }

    public override void WriteLine(string? value)
    {
        inner.WriteLine(value);
        capture.Value?.Append(value);
        capture.Value?.Append(inner.NewLine);
    }

    public override void Flush() => inner.Flush();
}
