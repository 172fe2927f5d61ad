namespace Orleans.MLOps.Grains.Models;

/// <summary>One past move of an alias, as rollbacks see it.</summary>
internal sealed record AliasHold(int? From, int? To, bool Rollback);
