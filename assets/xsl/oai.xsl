<?xml version="1.0" encoding="UTF-8"?>
<!-- OAI-PMH answers for people: what was asked, what came, and where to go on. -->
<xsl:stylesheet version="1.0"
    xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:oai="http://www.openarchives.org/OAI/2.0/"
    xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:mods="http://www.loc.gov/mods/v3"
    exclude-result-prefixes="oai oai_dc dc mods">
  <xsl:output method="html" encoding="UTF-8" doctype-system="about:legacy-compat"/>
  <xsl:variable name="base" select="/oai:OAI-PMH/oai:request"/>

  <xsl:template match="/oai:OAI-PMH">
    <html lang="en-GB">
      <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>OAI-PMH: <xsl:value-of select="oai:request/@verb"/></title>
        <link rel="stylesheet" href="STYLE_SHEET"/>
      </head>
      <body>
        <main id="main">
          <div class="wrap">
            <div class="page-head">
              <h1>Harvesting: <xsl:value-of select="oai:request/@verb"/></h1>
              <p class="lead">This address is for programs that harvest records (OAI-PMH 2.0). This page shows what they get.</p>
              <p><a href="/">To the site</a></p>
            </div>
            <nav class="exports" aria-label="What can be asked">
              <ul>
                <li><a href="{$base}?verb=Identify">Identify</a></li>
                <li><a href="{$base}?verb=ListSets">List sets</a></li>
                <li><a href="{$base}?verb=ListMetadataFormats">List metadata formats</a></li>
                <li><a href="{$base}?verb=ListRecords&amp;metadataPrefix=oai_dc">List records (Dublin Core)</a></li>
                <li><a href="{$base}?verb=ListRecords&amp;metadataPrefix=mods">List records (MODS)</a></li>
              </ul>
            </nav>
            <div class="sections"><section><xsl:apply-templates select="oai:error | oai:Identify | oai:ListSets | oai:ListMetadataFormats | oai:ListIdentifiers | oai:ListRecords | oai:GetRecord"/></section></div>
          </div>
        </main>
      </body>
    </html>
  </xsl:template>

  <xsl:template match="oai:error">
    <h2>It could not be answered</h2>
    <p><strong><xsl:value-of select="@code"/></strong>: <xsl:value-of select="."/></p>
  </xsl:template>

  <xsl:template match="oai:Identify">
    <h2><xsl:value-of select="oai:repositoryName"/></h2>
    <dl class="fact-list">
      <xsl:for-each select="oai:baseURL | oai:adminEmail | oai:earliestDatestamp | oai:deletedRecord | oai:granularity">
        <div><dt><xsl:value-of select="local-name()"/></dt><dd><xsl:value-of select="."/></dd></div>
      </xsl:for-each>
    </dl>
  </xsl:template>

  <xsl:template match="oai:ListSets">
    <h2>Sets</h2>
    <ul class="points">
      <xsl:for-each select="oai:set">
        <li><a href="{$base}?verb=ListRecords&amp;metadataPrefix=oai_dc&amp;set={oai:setSpec}"><xsl:value-of select="oai:setName"/></a></li>
      </xsl:for-each>
    </ul>
  </xsl:template>

  <xsl:template match="oai:ListMetadataFormats">
    <h2>Metadata formats</h2>
    <ul class="points">
      <xsl:for-each select="oai:metadataFormat">
        <li><xsl:value-of select="oai:metadataPrefix"/>: <xsl:value-of select="oai:metadataNamespace"/></li>
      </xsl:for-each>
    </ul>
  </xsl:template>

  <xsl:template match="oai:ListIdentifiers">
    <h2>Identifiers</h2>
    <ol class="records records-brief"><xsl:apply-templates select="oai:header"/></ol>
    <xsl:apply-templates select="oai:resumptionToken"/>
  </xsl:template>

  <xsl:template match="oai:ListRecords | oai:GetRecord">
    <h2>Records</h2>
    <ol class="records records-brief"><xsl:apply-templates select="oai:record/oai:header"/></ol>
    <xsl:apply-templates select="oai:resumptionToken"/>
  </xsl:template>

  <xsl:template match="oai:header">
    <li class="record">
      <h3 class="record-title">
        <a href="{$base}?verb=GetRecord&amp;metadataPrefix=oai_dc&amp;identifier={oai:identifier}">
          <xsl:choose>
            <xsl:when test="../oai:metadata//dc:title"><xsl:value-of select="../oai:metadata//dc:title"/></xsl:when>
            <xsl:when test="../oai:metadata//mods:title"><xsl:value-of select="../oai:metadata//mods:title"/></xsl:when>
            <xsl:otherwise><xsl:value-of select="oai:identifier"/></xsl:otherwise>
          </xsl:choose>
        </a>
      </h3>
      <p class="record-by"><xsl:value-of select="oai:identifier"/>, <xsl:value-of select="oai:datestamp"/><xsl:if test="@status">, withdrawn</xsl:if></p>
      <xsl:if test="../../../oai:GetRecord">
        <dl class="fact-list">
          <xsl:for-each select="../oai:metadata/oai_dc:dc/*">
            <div><dt><xsl:value-of select="local-name()"/></dt><dd><xsl:value-of select="."/></dd></div>
          </xsl:for-each>
        </dl>
      </xsl:if>
    </li>
  </xsl:template>

  <xsl:template match="oai:resumptionToken">
    <xsl:if test="string(.)">
      <p><a href="{$base}?verb={/oai:OAI-PMH/oai:request/@verb}&amp;resumptionToken={.}">Next records</a></p>
    </xsl:if>
    <p><xsl:value-of select="@completeListSize"/> records in all</p>
  </xsl:template>
</xsl:stylesheet>
