namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>One file of a package, as its manifest names it.</summary>
public sealed record ModelPackageEntry
{
    /// <summary>One of <see cref="ModelPackageFormat.Entries"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Lower-case hex SHA-256 of the content, 64 characters.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Length { get; init; }
}
