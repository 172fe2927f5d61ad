using Orleans.MLOps.Cluster.Tests.Histories.Recording;

namespace Orleans.MLOps.Cluster.Tests.Histories.Registers;

internal enum RegisterAction
{
    /// <summary>Answers <see cref="RegisterOperation.Value"/>.</summary>
    Read,

    /// <summary>Sets <see cref="RegisterOperation.Value"/>.</summary>
    Write,

    /// <summary>Sets <see cref="RegisterOperation.Value"/> if the register holds <see cref="RegisterOperation.Expected"/>; refused otherwise.</summary>
    CompareAndSet,
}

/// <summary>An operation on one register. Of an unknown one <see cref="Completed"/> means nothing.</summary>
internal sealed record RegisterOperation(RegisterAction Action, OperationType Type, long Invoked, long Completed, int Expected, int Value)
{
    /// <summary>The value after the operation, or null when it cannot have taken place on this value.</summary>
    public int? Apply(int value) => (Action, Type) switch
    {
        (RegisterAction.Read, _) => value == Value ? value : null,
        (RegisterAction.Write, _) => Value,
        (RegisterAction.CompareAndSet, OperationType.Fail) => value == Expected ? null : value,
        _ => value == Expected ? Value : null,
    };
}
