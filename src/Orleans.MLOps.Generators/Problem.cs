using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Orleans.MLOps.Generators;

/// <summary>A diagnostic that can be compared between two runs.</summary>
/// <param name="Id">One of <see cref="Rules"/>.</param>
/// <param name="File">Where it is.</param>
/// <param name="Span">Where in the file.</param>
/// <param name="Lines">The same by lines.</param>
/// <param name="Subject">The type or property.</param>
/// <param name="Reason">What is wrong and what is needed.</param>
internal sealed record Problem(string Id, string File, TextSpan Span, LinePositionSpan Lines, string Subject, string Reason)
{
    public static Problem Create(DiagnosticDescriptor rule, ISymbol at, string subject, string reason)
    {
        var location = at.Locations.FirstOrDefault(location => location.IsInSource) ?? Location.None;
        var lines = location.GetLineSpan();
        return new(rule.Id, lines.Path ?? "", location.SourceSpan, lines.Span, subject, reason);
    }

    public Diagnostic ToDiagnostic() => Diagnostic.Create(Rules.All.Single(rule => rule.Id == Id), Location.Create(File, Span, Lines), Subject, Reason);
}
