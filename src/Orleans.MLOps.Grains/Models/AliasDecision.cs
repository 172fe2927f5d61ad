using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>What an alias command does: the command to remember, and the move, absent when the alias is there already.</summary>
internal sealed record AliasDecision(AliasOperation? Operation, AliasChange? Change)
{
    /// <summary>The command was carried out before.</summary>
    public static AliasDecision Repeated { get; } = new(null, null);
}
