namespace Orleans.MLOps.Client.Resilience;

/// <summary>Tells when the process ends.</summary>
internal sealed class ProcessEnd
{
    /// <summary>Of this process.</summary>
    public static readonly ProcessEnd Current = OfThisProcess();

    /// <summary>Is raised while the process still lives; it ends when all have returned.</summary>
    public event Action? Ending;

    public void Raise() => Ending?.Invoke();

    private static ProcessEnd OfThisProcess()
    {
        var end = new ProcessEnd();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => end.Raise();
        return end;
    }
}
