using Microsoft.CodeAnalysis;

namespace Orleans.MLOps.Generators;

/// <summary>What keeps a mapping from being written.</summary>
internal static class Rules
{
    private const string Category = "Orleans.MLOps";

    public static readonly DiagnosticDescriptor Type = new(
        "MLOPS001", "A type cannot be mapped", "'{0}' cannot be mapped to a model: {1}", Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor Member = new(
        "MLOPS002", "A property cannot be mapped", "'{0}' cannot be mapped to a model: {1}", Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor Name = new(
        "MLOPS003", "Two properties have one name, or one has none", "'{0}' cannot be mapped to a model: {1}", Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor Construction = new(
        "MLOPS004", "An output cannot be constructed", "'{0}' cannot hold what a model answers: {1}", Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor[] All = [Type, Member, Name, Construction];
}
