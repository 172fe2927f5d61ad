using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Orleans.MLOps.Generators;

/// <summary>Reads a type: which of its properties are mapped, and what keeps it from being mapped.</summary>
internal static class TypeReader
{
    private static readonly SymbolDisplayFormat NamespaceFormat =
        SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    public static MappedType Read(INamedTypeSymbol type, MappingForm form, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        Check(type, form, problems, cancellation);
        var properties = Properties(type);
        var constructor = form == MappingForm.Outputs && problems.Count == 0 ? ConstructorOf(type, properties, problems) : null;
        var members = new List<MappedMember>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in properties)
        {
            var place = constructor is null ? -1 : PlaceOf(property, constructor);
            if (form == MappingForm.Outputs ? place < 0 && !IsSettable(property) : property.GetMethod is not { DeclaredAccessibility: Accessibility.Public })
            {
                continue;
            }

            var name = MemberReader.NameOf(property, type);
            if (name.Length == 0)
            {
                problems.Add(Problem.Create(Rules.Name, At(property, type), Subject(type, property), "its name is empty; give the feature's name"));
            }
            else if (!names.Add(name))
            {
                problems.Add(Problem.Create(Rules.Name, At(property, type), Subject(type, property), $"another property is named '{name}' too"));
            }

            if (MemberReader.Read(property, name, form, place, out var reason) is { } member)
            {
                members.Add(member);
            }
            else
            {
                problems.Add(Problem.Create(Rules.Member, At(property, type), Subject(type, property), reason));
            }
        }

        if (members.Count == 0 && problems.Count == 0)
        {
            problems.Add(Problem.Create(Rules.Type, type, type.Name, form == MappingForm.Outputs
                ? "it has no public property that can be set"
                : "it has no public property that can be read"));
        }

        return new(
            HintNameOf(type, form),
            type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString(NamespaceFormat),
            new([.. Around(type).Select(Declaration)]),
            type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            form,
            new([.. members]),
            new([.. problems]));
    }

    private static void Check(INamedTypeSymbol type, MappingForm form, List<Problem> problems, CancellationToken cancellation)
    {
        foreach (var around in Around(type))
        {
            var isPartial = around.DeclaringSyntaxReferences.All(reference =>
                reference.GetSyntax(cancellation) is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));
            var reason = !isPartial ? $"'{around.Name}' is not partial"
                : around.IsGenericType ? $"'{around.Name}' has type parameters"
                : around.IsFileLocal ? $"'{around.Name}' is local to its file"
                : null;
            if (reason is not null)
            {
                problems.Add(Problem.Create(Rules.Type, type, type.Name, reason));
            }
        }

        if (type.IsStatic || type.IsRefLikeType)
        {
            problems.Add(Problem.Create(Rules.Type, type, type.Name, "it is static or a ref struct"));
        }

        if (type.IsAbstract && form == MappingForm.Outputs)
        {
            problems.Add(Problem.Create(Rules.Construction, type, type.Name, "it is abstract"));
        }
    }

    /// <summary>Public properties, inherited ones too, each name once.</summary>
    private static List<IPropertySymbol> Properties(INamedTypeSymbol type)
    {
        var properties = new List<IPropertySymbol>();
        for (var owner = type; owner is { SpecialType: SpecialType.None }; owner = owner.BaseType)
        {
            properties.AddRange(owner.GetMembers().OfType<IPropertySymbol>().Where(property =>
                property is { IsStatic: false, IsIndexer: false, DeclaredAccessibility: Accessibility.Public }
                && properties.All(earlier => earlier.Name != property.Name)));
        }

        return properties;
    }

    /// <summary>The longest constructor all of whose parameters are properties by name and type: that of a positional record.</summary>
    private static IMethodSymbol? ConstructorOf(INamedTypeSymbol type, List<IPropertySymbol> properties, List<Problem> problems)
    {
        var constructor = type.InstanceConstructors
            .Where(constructor => constructor.Parameters.All(parameter => properties.Any(property => IsFor(parameter, property))))
            .OrderByDescending(constructor => constructor.Parameters.Length)
            .FirstOrDefault();
        if (constructor is null)
        {
            problems.Add(Problem.Create(Rules.Construction, type, type.Name, "it has no constructor whose parameters are all public properties, by name and type"));
        }

        return constructor;
    }

    private static int PlaceOf(IPropertySymbol property, IMethodSymbol constructor)
    {
        for (var place = 0; place < constructor.Parameters.Length; place++)
        {
            if (IsFor(constructor.Parameters[place], property))
            {
                return place;
            }
        }

        return -1;
    }

    private static bool IsFor(IParameterSymbol parameter, IPropertySymbol property) =>
        string.Equals(parameter.Name, property.Name, StringComparison.OrdinalIgnoreCase) && SymbolEqualityComparer.Default.Equals(parameter.Type, property.Type);

    private static bool IsSettable(IPropertySymbol property) => property.SetMethod is { DeclaredAccessibility: Accessibility.Public };

    private static IEnumerable<INamedTypeSymbol> Around(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? Around(outer).Append(type) : [type];

    private static string Declaration(INamedTypeSymbol type) => (type.IsRecord, type.TypeKind) switch
    {
        (true, TypeKind.Struct) => $"partial record struct @{type.Name}",
        (true, _) => $"partial record @{type.Name}",
        (_, TypeKind.Struct) => $"partial struct @{type.Name}",
        (_, TypeKind.Interface) => $"partial interface @{type.Name}",
        _ => $"partial class @{type.Name}",
    };

    private static string HintNameOf(INamedTypeSymbol type, MappingForm form) =>
        $"{string.Join(".", new[] { type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString() }.Concat(Around(type).Select(around => around.MetadataName)))}.{(form == MappingForm.Outputs ? "ModelOutput" : "ModelInput")}.g.cs"
            .TrimStart('.').Replace('`', '_').Replace("@", "");

    private static string Subject(INamedTypeSymbol type, IPropertySymbol property) => $"{type.Name}.{property.Name}";

    private static ISymbol At(IPropertySymbol property, INamedTypeSymbol type) => property.Locations.Any(location => location.IsInSource) ? property : type;
}
