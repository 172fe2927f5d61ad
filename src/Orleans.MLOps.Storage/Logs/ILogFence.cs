using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Storage.Logs;

/// <summary>
/// Keeps a process that the others have given up from appending to shared logs: what they have concluded from the logs since must stay true.
/// </summary>
public interface ILogFence
{
    /// <summary>Adds the condition under which this process may append; it is judged in the transaction of the append.</summary>
    void Require(TableWrite write);
}
