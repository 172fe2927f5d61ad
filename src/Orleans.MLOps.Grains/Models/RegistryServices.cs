namespace Orleans.MLOps.Grains.Models;

/// <summary>What a model's grain works with.</summary>
internal sealed record RegistryServices(
    RegistryTables Tables, VersionRegistration Registration, ModelEditing Models, VersionEditing Versions, AliasMoves Aliases, Gatekeeper Gates, VersionReports Reports);
